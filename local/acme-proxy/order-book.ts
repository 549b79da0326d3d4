// Which names a URL of the CA is about, learned from its own answers, so that a fault can be meant for one certificate. It
// must never change an answer.
import { objectOf } from './jws.ts';
import type { RequestKind } from './kinds.ts';

const pathOf = (url: unknown): string | undefined =>
  typeof url === 'string' ? (URL.parse(url)?.pathname ?? undefined) : undefined;

export interface Answered {
  readonly kind: RequestKind;
  readonly path: string;
  /** Names that the request itself gave. */
  readonly dnsNames: readonly string[];
  readonly location: string | undefined;
  readonly body: string;
}

export class OrderBook {
  readonly #names = new Map<string, readonly string[]>();

  /** Names of the order that a path belongs to; empty where it is not known. */
  namesOf(path: string): readonly string[] {
    return this.#names.get(path) ?? [];
  }

  /** Learns where an order, its authorizations, challenges, request and certificate lie. */
  learn({ kind, path, dnsNames, location, body }: Answered): void {
    const names = dnsNames.length > 0 ? dnsNames : this.namesOf(path);
    if (names.length === 0 || !['newOrder', 'order', 'finalize', 'authorization'].includes(kind)) return;
    const { authorizations, finalize, certificate, challenges } = objectOf(body);
    const listed = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);
    const urls = [
      location,
      finalize,
      certificate,
      ...listed(authorizations),
      ...listed(challenges).map((challenge) => (challenge as { url?: unknown }).url),
    ];
    for (const known of urls.map(pathOf)) if (known !== undefined) this.#names.set(known, names);
  }
}
