// One kind of certificate: how it is declared, and what must come of it at each family of issuers. It must never compute
// an expectation: all of them are literal.
import type { Look } from './look.ts';

/** `awspca`: ACM Private CA; `ca`: an own CA, declared or brought along. */
export type Family = 'acme' | 'awspca' | 'selfSigned' | 'ca';

/** What the issued X.509 says. */
export type Says = Pick<Look, 'names' | 'subject' | 'key' | 'usages' | 'constraints' | 'nameConstraints'>;

export interface Refusal {
  readonly code: string;
  /** As `evercert check` names it. */
  readonly path: string;
}

/** What becomes of a case at one family, where it is not what becomes of it at an own CA. */
export interface Otherwise extends Partial<Says> {
  /** An error of the check. */
  readonly refused?: Refusal;
  /** A warning of the check: the certificate does not say it. */
  readonly warned?: Refusal;
}

export interface Case {
  /** Also the name of the Certificate. */
  readonly name: string;
  /** Lines of `spec` beside secretName and issuerRef. */
  readonly spec: string;
  /** At an own CA; what is left out is as with one RSA key and cert-manager's default usages. */
  readonly says: Pick<Says, 'names'> & Partial<Says>;
  /** First line of the key's PEM. */
  readonly keyBegins?: string;
  readonly lifetimeMs?: number;
  /** Signature algorithm of the certificate where it signs itself, as node:crypto names it. */
  readonly selfSignature?: string;
  /** Properties of the secret beside those that every one has. */
  readonly properties?: readonly string[];
  /** What it can do in TLS. */
  readonly tls: 'server' | 'client' | 'none';
  readonly at?: Partial<Record<Family, Otherwise>>;
  /** Only there: it takes too long to be made everywhere. */
  readonly only?: readonly string[];
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** cert-manager's default, in X.509. */
export const DEFAULT_USAGES: readonly string[] = ['digitalSignature', 'keyEncipherment'];

export const RSA_PKCS1 = '-----BEGIN RSA PRIVATE KEY-----';
export const EC_SEC1 = '-----BEGIN EC PRIVATE KEY-----';
export const PKCS8 = '-----BEGIN PRIVATE KEY-----';

export const notSupported = (path: string): Otherwise => ({ refused: { code: 'FIELD_NOT_SUPPORTED', path } });

/** At families that take nothing of the kind. */
export const refusedAt = (path: string, ...families: readonly Family[]): Partial<Record<Family, Otherwise>> =>
  Object.fromEntries(families.map((family) => [family, notSupported(path)]));
