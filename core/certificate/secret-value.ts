// The JSON that lies in Secrets Manager: one value holds all of one version. Readers depend on these property names.
import { createPrivateKey } from 'node:crypto';
import type { CertificateSpec, PrivateKeySpec } from '../declaration/model.ts';
import { Sealed } from '../sealed.ts';
import type { LeafFacts } from './chain.ts';

/** Secrets Manager refuses a value beyond this (quota "Secret value size"). */
export const MAX_SECRET_BYTES = 65_536;

/** `tls.crt`, `tls.key` and the facts; `version-id` is the token that we choose, so it is known beforehand. */
export const bundleValue = (bundle: {
  chainPem: string;
  key: Sealed<string>;
  facts: LeafFacts;
  versionId: string;
}): Sealed<string> =>
  new Sealed(
    JSON.stringify({
      'tls.crt': bundle.chainPem,
      'tls.key': bundle.key.open(),
      'not-before': bundle.facts.notBefore,
      'not-after': bundle.facts.notAfter,
      serial: bundle.facts.serial,
      sha256: bundle.facts.fingerprint,
      issuer: bundle.facts.issuer,
      'version-id': bundle.versionId,
    }),
  );

/** A staged key: no `tls.*` property, so that a reader who meets it gets an error and never half a pair. */
export const stagedKeyValue = (key: Sealed<string>): Sealed<string> =>
  new Sealed(JSON.stringify({ evercert: 'key staged for an issuance in progress', 'staged-key': key.open() }));

const property = (value: Sealed<string>, name: string): Sealed<string> | undefined => {
  try {
    const found = (JSON.parse(value.open()) as Record<string, unknown>)[name];
    return typeof found === 'string' ? new Sealed(found) : undefined;
  } catch {
    return undefined;
  }
};

export const stagedKeyOf = (value: Sealed<string>): Sealed<string> | undefined => property(value, 'staged-key');
export const privateKeyOf = (value: Sealed<string>): Sealed<string> | undefined => property(value, 'tls.key');
export const chainOf = (value: Sealed<string>): Sealed<string> | undefined => property(value, 'tls.crt');

/** A generous upper bound, before anything is ordered: key, a leaf with its names (base64 in PEM), and a chain of five. */
export const expectedBytes = (spec: Pick<CertificateSpec, 'dnsNames' | 'privateKey'>): number => {
  const names = spec.dnsNames.reduce((sum, name) => sum + name.length + 4, 0);
  const keyBytes = spec.privateKey.algorithm === 'RSA' ? spec.privateKey.size : 400;
  return Math.ceil((names + 2_000) * 1.5) + keyBytes + 5 * 2_800 + 1_000;
};

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** Whether a PEM private key is what the declaration asks (algorithm and size; the encoding is only a form). */
export const keyFits = (key: Sealed<string>, spec: PrivateKeySpec): boolean => {
  const parsed = createPrivateKey(key.open());
  const details = parsed.asymmetricKeyDetails;
  if (spec.algorithm === 'RSA') return parsed.asymmetricKeyType === 'rsa' && details?.modulusLength === spec.size;
  return parsed.asymmetricKeyType === 'ec' && CURVE_BITS[details?.namedCurve ?? ''] === spec.size;
};
