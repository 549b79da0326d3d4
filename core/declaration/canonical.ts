// The one text form of a declared thing, and the hashes over it. It must never know what is hashed.
import { sha256Hex } from '../names.ts';
import type { IssuerSpec } from './issuer-model.ts';
import type { CertificateSpec, DeclaredCertificate } from './model.ts';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
};

/** JSON with keys in code-unit order, without undefined: equal values give equal texts. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value));

/** Hex SHA-256 over a certificate and its issuer: changes when anything accepted changes. */
export const certificateHash = (certificate: CertificateSpec, issuer: IssuerSpec): string =>
  sha256Hex(canonicalJson({ certificate, issuer }));

/** Hex SHA-256 over the names and hashes of all certificates, in the order of their names. */
export const catalogueHash = (certificates: readonly Pick<DeclaredCertificate, 'name' | 'hash'>[]): string => {
  const pairs = certificates.map(({ name, hash }) => [name, hash] as const);
  return sha256Hex(canonicalJson([...pairs].sort(([a], [b]) => (a < b ? -1 : 1))));
};
