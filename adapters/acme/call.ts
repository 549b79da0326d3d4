// One request's surroundings: what is asked for, of which CA, and how it is counted. acme-client and axios pass no
// context along, so it travels beside them. It must never hold a key.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#core/ports.ts';
import type { Endpoint } from './endpoint.ts';

/** What a URL stands for, named after RFC 8555 section 7.1. */
export type Resource =
  | 'directory'
  | 'renewalInfo'
  | 'newNonce'
  | 'account'
  | 'keyChange'
  | 'newOrder'
  | 'order'
  | 'finalize'
  | 'authorization'
  | 'challenge'
  | 'certificate';

/** Told after every request that really went out; `status` is absent when no answer came. */
export interface AcmeRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly resource: Resource;
  readonly status?: number;
}

/** Headers of the last answer that the call had. */
export interface AnswerHeaders {
  readonly retryAfter?: string;
  readonly link?: string;
}

export interface Call {
  readonly endpoint: Endpoint;
  /** What the POST of this call is about; its directory and nonce requests are told apart by URL and method. */
  readonly resource: Resource;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly onRequest: (request: AcmeRequest) => void;
  answer: AnswerHeaders;
}

export const calls = new AsyncLocalStorage<Call>();
