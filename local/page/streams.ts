// The open streams of server-sent events (HTML standard section 9.2), and what each has on its screen. It must never know
// what is drawn.
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { plainHeaders } from './headers.ts';
import { type Place, pathOf } from './request.ts';

/** What is shown at a place. */
export interface Drawn {
  readonly title: string;
  /** A fragment; everything in it is escaped. */
  readonly html: string;
}

interface Stream {
  readonly place: Place;
  readonly response: ServerResponse;
  have: string;
}

/** A page of each tab; more than this is somebody's mistake. */
const MOST = 64;
/** A stream that says nothing for long is cut by what lies between. */
const COMMENT_MS = 15_000;

/** Names what is on a screen. */
export const versionOf = ({ title, html }: Drawn): string =>
  createHash('sha256')
    .update(JSON.stringify([title, html]))
    .digest('hex')
    .slice(0, 16);

const write = ({ response }: Stream, event: string, data: unknown): void =>
  void response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

export class Streams {
  readonly #draw: (place: Place) => Promise<Drawn | undefined>;
  readonly #open = new Set<Stream>();
  readonly #timer: NodeJS.Timeout;
  #sending: Promise<void> | undefined;
  #again = false;

  constructor(draw: (place: Place) => Promise<Drawn | undefined>) {
    this.#draw = draw;
    this.#timer = setInterval(() => {
      for (const { response } of this.#open) response.write(':\n\n');
    }, COMMENT_MS);
    this.#timer.unref();
  }

  /** Answers with a stream, which begins with what `have` does not show. False: there are too many. */
  open(stream: { readonly place: Place; readonly response: ServerResponse; readonly have: string }): boolean {
    if (this.#open.size >= MOST) return false;
    const one: Stream = { ...stream };
    this.#open.add(one);
    one.response.once('close', () => this.#open.delete(one));
    one.response.writeHead(200, plainHeaders('text/event-stream'));
    // The browser asks again after that many ms.
    one.response.write('retry: 1000\n\n');
    return true;
  }

  /** Draws each place that somebody looks at, once, and sends it where it differs. Calls while it draws become one more. */
  async send(): Promise<void> {
    this.#again = this.#sending !== undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
    if (!this.#again) return;
    this.#again = false;
    await this.send();
  }

  async #sendAll(): Promise<void> {
    for (const streams of Map.groupBy(this.#open, ({ place }) => pathOf(place)).values()) {
      const drawn = await this.#draw(streams[0]!.place);
      if (drawn === undefined) continue;
      const version = versionOf(drawn);
      for (const stream of streams.filter(({ have }) => have !== version)) {
        stream.have = version;
        write(stream, 'view', { ...drawn, version });
      }
    }
  }

  /** Ends all. */
  close(): void {
    clearInterval(this.#timer);
    for (const { response } of this.#open) response.end();
  }
}
