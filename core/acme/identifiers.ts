// What can be asked of an ACME CA by DNS-01 at all: DNS names, and nothing else. Looked at before an order is spent;
// `evercert check` says the same earlier. Pure.
import type { CertificateSpec, DeclaredCertificate } from '../declaration/model.ts';
import { EvercertError } from '../errors.ts';

/** Field -> what it asks for. */
const othersOf = ({ ipAddresses, uris, emailAddresses, otherNames, isCa }: CertificateSpec): readonly string[] => [
  ...(ipAddresses ?? []).map((one) => `ipAddresses: ${one}`),
  ...(uris ?? []).map((one) => `uris: ${one}`),
  ...(emailAddresses ?? []).map((one) => `emailAddresses: ${one}`),
  ...(otherNames ?? []).map(({ oid }) => `otherNames: ${oid}`),
  ...(isCa === true ? ['isCA'] : []),
];

/** NAMES_UNSUPPORTED where the declaration asks for what no ACME CA proves by DNS-01. */
export const demandDnsNames = ({ name, certificate }: DeclaredCertificate): void => {
  const others = othersOf(certificate);
  if (others.length === 0 && certificate.dnsNames.length > 0) return;
  const words = others.length === 0 ? 'no dnsNames' : others.join(', ');
  throw new EvercertError('NAMES_UNSUPPORTED', `${name} asks an ACME issuer for ${words}`, {
    detail: { offenders: others, beforeOrder: true },
  });
};
