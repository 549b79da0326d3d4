// The fake CA's renewal information and its memory of what replaces what (RFC 9773), as Boulder does it. It must never
// know who asks, nor when a certificate is renewed.
import { X509Certificate } from 'node:crypto';
import { certId } from '#core/certificate/cert-id.ts';
import type { RenewalAnswer } from '#core/renewal/ports.ts';
import { type FakeOrder, problem, refusal } from './state.ts';

const HOUR_MS = 3_600_000;
const TEN_DAYS_MS = 240 * HOUR_MS;

interface IssuedLeaf {
  readonly account: string;
  readonly dnsNames: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly replacedBy: FakeOrder[];
}

/** Boulder's: a window of 2 % of the lifetime around the last third, around the half under ten days. */
const suggested = ({ notBefore, notAfter }: IssuedLeaf): RenewalAnswer['window'] => {
  const lifetime = notAfter.getTime() - notBefore.getTime();
  const middle = notAfter.getTime() - (lifetime < TEN_DAYS_MS ? lifetime / 2 : lifetime / 3);
  return { start: new Date(middle - lifetime / 100), end: new Date(middle + lifetime / 100) };
};

export class FakeRenewals {
  /** What is answered for a certID instead, as by Pebble's set-renewal-info. */
  readonly answers = new Map<string, RenewalAnswer>();
  readonly #issued = new Map<string, IssuedLeaf>();

  add(order: FakeOrder): void {
    const leaf = new X509Certificate(order.chains[0]!);
    const { account, dnsNames } = order;
    const dates = { notBefore: leaf.validFromDate, notAfter: leaf.validToDate };
    this.#issued.set(certId(leaf)!, { account, dnsNames, ...dates, replacedBy: [] });
  }

  /** certIDs, oldest first. */
  known(): readonly string[] {
    return [...this.#issued.keys()];
  }

  answer(id: string): RenewalAnswer {
    const leaf = this.#issued.get(id);
    if (leaf === undefined) throw refusal('CA_REFUSED', problem('malformed', `no certificate ${id}`));
    return this.answers.get(id) ?? { window: suggested(leaf), retryAfterMs: 6 * HOUR_MS };
  }

  /** Boulder's checks of `replaces` in newOrder; an order that is invalid has replaced nothing. */
  demand(id: string, request: { account: string; dnsNames: readonly string[] }): void {
    const leaf = this.#issued.get(id);
    if (leaf === undefined) throw refusal('CA_REFUSED', problem('malformed', `replaces: no certificate ${id}`));
    if (leaf.account !== request.account)
      throw refusal('CA_REFUSED', problem('unauthorized', 'replaces: the certificate is of another account'));
    if (!leaf.dnsNames.some((name) => request.dnsNames.includes(name)))
      throw refusal('CA_REFUSED', problem('malformed', 'replaces: no identifier in common'));
    if (leaf.replacedBy.some(({ status }) => status !== 'invalid'))
      throw refusal('CA_REFUSED', problem('alreadyReplaced', `${id} has been replaced already`));
  }

  replace(id: string, order: FakeOrder): void {
    this.#issued.get(id)?.replacedBy.push(order);
  }
}
