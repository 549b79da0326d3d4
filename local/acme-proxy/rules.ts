// Faults as rules: which requests, how often, and what happens then. Pure but for the count of each rule. It must never
// send anything.
import type { RequestKind } from './kinds.ts';

/** All that is given must fit. */
export interface FaultMatch {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly kind?: RequestKind;
  readonly path?: RegExp;
  /** One of the names of the order that is asked for or about. */
  readonly dnsName?: string;
}

/** Retry-After as it is to be written; an HTTP date is counted from the answer. */
export interface Far {
  readonly seconds: number;
  readonly as: 'seconds' | 'date';
}

export type Consequence =
  /** The proxy's own answer; the CA hears nothing. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfter?: Far;
      readonly contentType?: string;
      readonly body: string;
    }
  /** No answer, and the CA hears nothing. */
  | { readonly kind: 'hang' }
  /** The connection breaks: before the CA has heard of it, or after it has done its work. */
  | { readonly kind: 'reset'; readonly effect: 'before' | 'after' }
  /** The CA's answer, with another Retry-After or body. */
  | {
      readonly kind: 'alter';
      readonly retryAfter?: Far;
      readonly body?: (body: string) => string | Promise<string>;
    }
  /** Half of the CA's answer, then the connection breaks. */
  | { readonly kind: 'truncate' };

export interface FaultRule {
  readonly match: FaultMatch;
  /** How often at most; default: until it is lifted. */
  readonly times?: number;
  /** Only each so-manieth request that fits; default: each. */
  readonly every?: number;
  readonly fault: Consequence;
}

export interface Asked {
  readonly method: string;
  readonly kind: RequestKind;
  readonly path: string;
  readonly dnsNames: readonly string[];
}

const fits = ({ method, kind, path, dnsName }: FaultMatch, asked: Asked): boolean =>
  (method === undefined || method === asked.method) &&
  (kind === undefined || kind === asked.kind) &&
  (path === undefined || path.test(asked.path)) &&
  (dnsName === undefined || asked.dnsNames.includes(dnsName));

interface Counted {
  readonly rule: FaultRule;
  seen: number;
  fired: number;
}

/** The rules that stand now, oldest first; the first that fits and is not used up is taken. */
export class Faults {
  readonly #standing = new Set<Counted>();

  /** Gives what lifts it again. */
  add(rule: FaultRule): () => void {
    const counted = { rule, seen: 0, fired: 0 };
    this.#standing.add(counted);
    return () => void this.#standing.delete(counted);
  }

  /** Lifts all, or those that are meant for this name. */
  lift(dnsName?: string): void {
    for (const counted of this.#standing)
      if (dnsName === undefined || counted.rule.match.dnsName === dnsName) this.#standing.delete(counted);
  }

  /** What happens to this request; undefined: nothing. Counts it. */
  of(asked: Asked): Consequence | undefined {
    for (const counted of this.#standing) {
      const { times = Number.POSITIVE_INFINITY, every = 1, match, fault } = counted.rule;
      if (counted.fired >= times || !fits(match, asked)) continue;
      counted.seen += 1;
      if (counted.seen % every !== 0) continue;
      counted.fired += 1;
      return fault;
    }
    return undefined;
  }
}

/** The header's text (RFC 9110 section 10.2.3). */
export const retryAfterText = ({ seconds, as }: Far, now: Date): string =>
  as === 'seconds' ? `${seconds}` : new Date(now.getTime() + seconds * 1_000).toUTCString();
