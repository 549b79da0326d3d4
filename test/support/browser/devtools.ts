// One connection of the Chrome DevTools Protocol (JSON over a WebSocket): asks, and hears. It must never know what is asked.

interface Answer {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export type Heard = (method: string, params: Record<string, unknown>) => void;

export class DevTools {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #heard = new Map<string, Heard>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Answer));
    socket.addEventListener('close', () => {
      for (const answer of this.#waiting.values()) answer({ error: { message: 'the browser is gone' } });
    });
  }

  static connect(url: string): Promise<DevTools> {
    const socket = new WebSocket(url);
    return new Promise((done, fail) => {
      socket.addEventListener('open', () => done(new DevTools(socket)), { once: true });
      socket.addEventListener('error', () => fail(new Error(`no DevTools at ${url}`)), { once: true });
    });
  }

  /** Rejects with the browser's words. */
  async ask<T = unknown>(method: string, params: Record<string, unknown> = {}, sessionId?: string): Promise<T> {
    const id = ++this.#last;
    const answer = await new Promise<Answer>((done) => {
      this.#waiting.set(id, done);
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result as T;
  }

  /** Everything that one session says. */
  hear(sessionId: string, heard: Heard): void {
    this.#heard.set(sessionId, heard);
  }

  close(): void {
    this.#socket.close();
  }

  #take(answer: Answer): void {
    if (answer.id === undefined) {
      this.#heard.get(answer.sessionId ?? '')?.(answer.method ?? '', answer.params ?? {});
      return;
    }
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }
}
