// What is remembered of one CA while the container lives: its directory, unused nonces and open connections.
// It must never know of accounts or orders.
import { Agent } from 'node:https';
import type { Clock } from '#core/ports.ts';
import { NoncePool } from './nonce-pool.ts';

/** RFC 8555 section 7.1.1. */
export interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  readonly meta?: {
    readonly profiles?: Readonly<Record<string, string>>;
    readonly caaIdentities?: readonly string[];
    readonly externalAccountRequired?: boolean;
  };
  readonly [other: string]: unknown;
}

const DIRECTORY_MAX_AGE_MS = 12 * 3_600_000;
/** A frozen Lambda wakes with sockets that the CA closed long ago: connections idle for longer are not used again. */
const CONNECTION_MAX_IDLE_MS = 10_000;

export class Endpoint {
  readonly directoryUrl: string;
  readonly nonces = new NoncePool();
  readonly #agent: Agent;
  readonly #clock: Clock;
  #directory: { content: Promise<Directory>; at: number } | undefined;
  #usedAt = 0;

  constructor(options: { directoryUrl: string; caBundlePem?: string; skipTlsVerify: boolean; clock: Clock }) {
    this.directoryUrl = options.directoryUrl;
    this.#clock = options.clock;
    this.#agent = new Agent({
      keepAlive: true,
      rejectUnauthorized: !options.skipTlsVerify,
      ...(options.caBundlePem === undefined ? {} : { ca: options.caBundlePem }),
    });
  }

  /** The directory, fetched by `fetch` when it is not known or older than 12 h; callers at the same time share one request. */
  directory(fetch: () => Promise<Directory>): Promise<Directory> {
    const now = this.#clock.now().getTime();
    if (this.#directory !== undefined && now - this.#directory.at < DIRECTORY_MAX_AGE_MS)
      return this.#directory.content;
    const content = fetch();
    this.#directory = { content, at: now };
    return content;
  }

  /** After a failure the directory is fetched anew: the CA may have moved. */
  forgetDirectory(): void {
    this.#directory = undefined;
  }

  /** The connections to this CA; those that lay idle for long are dropped first. */
  agent(): Agent {
    const now = this.#clock.now().getTime();
    if (now - this.#usedAt > CONNECTION_MAX_IDLE_MS) this.dropIdleConnections();
    this.#usedAt = now;
    return this.#agent;
  }

  dropIdleConnections(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }
}
