// Nonces that a CA has given and nobody has used (RFC 8555 section 6.5). It must never know of HTTP.

/** Last in, first out: the newest nonce is the likeliest to be good still, and a badNonce answer's own nonce is next. */
export class NoncePool {
  readonly #nonces: string[] = [];
  readonly #limit: number;

  constructor(limit = 64) {
    this.#limit = limit;
  }

  /** Keeps a nonce; beyond the limit the oldest goes. */
  keep(nonce: string): void {
    this.#nonces.push(nonce);
    if (this.#nonces.length > this.#limit) this.#nonces.shift();
  }

  /** Gives a nonce once, or undefined when there is none. */
  take(): string | undefined {
    return this.#nonces.pop();
  }

  get size(): number {
    return this.#nonces.length;
  }
}
