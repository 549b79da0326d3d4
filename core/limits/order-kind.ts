// How a CA counts the order that a row is about to open. Pure.
import { authorityOf } from '../declaration/issuer-types.ts';
import type { CertificateRow } from '../journey/row.ts';
import { infoOf, replacesOf } from '../renewal/ari.ts';
import type { OrderKind } from './order-takes.ts';

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());

/** `ari` only while the window lasts: `replaces` outside of it waives nothing (boulder, ratelimits). */
export const orderKindOf = (row: CertificateRow, now: Date): OrderKind => {
  const { current } = row.progress;
  const end = infoOf(row.progress)?.window?.end;
  if (replacesOf(row, now) !== undefined && end !== undefined && now.toISOString() < end) return 'ari';
  const { certificate, issuer } = row.declared;
  const before = current?.asked;
  const same = before?.server === authorityOf(issuer) && sameNames(before.dnsNames, certificate.dnsNames);
  return same ? 'same' : 'new';
};
