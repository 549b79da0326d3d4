// The JSON that lies in Secrets Manager: one value holds all of one version. Readers depend on these property names.
import { createPrivateKey } from 'node:crypto';
import type { PrivateKeySpec } from '../declaration/model.ts';
import { Sealed } from '../sealed.ts';
import type { LeafFacts } from './chain.ts';
import type { Outputs } from './outputs.ts';

/** Of a CA certificate: which version signs until when, after a renewal with another key. */
export interface HandOverFacts {
  readonly previousVersionId: string;
  /** ISO 8601. */
  readonly signsFrom: string;
}

/** `tls.crt`, `tls.key` and the facts; `version-id` is the token that we choose, so it is known beforehand. */
export const bundleValue = (bundle: {
  chainPem: string;
  key: Sealed<string>;
  facts: LeafFacts;
  versionId: string;
  caPem?: string;
  handOver?: HandOverFacts;
  /** Declared formats and keystores, by property. */
  more?: Readonly<Record<string, string>>;
}): Sealed<string> =>
  new Sealed(
    JSON.stringify({
      'tls.crt': bundle.chainPem,
      'tls.key': bundle.key.open(),
      ...(bundle.caPem === undefined ? {} : { 'ca.crt': bundle.caPem }),
      ...bundle.more,
      'not-before': bundle.facts.notBefore,
      'not-after': bundle.facts.notAfter,
      serial: bundle.facts.serial,
      sha256: bundle.facts.fingerprint,
      issuer: bundle.facts.issuer,
      'version-id': bundle.versionId,
      ...(bundle.handOver === undefined
        ? {}
        : { 'previous-version-id': bundle.handOver.previousVersionId, 'signs-from': bundle.handOver.signsFrom }),
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

/** PEM of the trust anchors. */
export const anchorsOf = (value: Sealed<string>): string | undefined => property(value, 'ca.crt')?.open();

/** Of a CA certificate's value. */
export const handOverOf = (value: Sealed<string>): HandOverFacts | undefined => {
  const previousVersionId = property(value, 'previous-version-id')?.open();
  const signsFrom = property(value, 'signs-from')?.open();
  return previousVersionId === undefined || signsFrom === undefined ? undefined : { previousVersionId, signsFrom };
};

/** What a value can tell of how it was rendered; of keystores nothing, because their passwords do not show. */
export const outputsOf = (value: Sealed<string>): Outputs => {
  const formats = [
    ...(property(value, 'tls-combined.pem') === undefined ? [] : ['CombinedPEM']),
    ...(property(value, 'key.der') === undefined ? [] : ['DER']),
  ];
  const isPkcs8 = privateKeyOf(value)?.open().includes('BEGIN PRIVATE KEY') === true;
  return { encoding: isPkcs8 ? 'PKCS8' : 'PKCS1', ...(formats.length === 0 ? {} : { formats }) };
};

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** Whether a PEM private key is what the declaration asks (algorithm and size; the encoding is only a form). */
export const keyFits = (key: Sealed<string>, spec: PrivateKeySpec): boolean => {
  const parsed = createPrivateKey(key.open());
  const details = parsed.asymmetricKeyDetails;
  if (spec.algorithm === 'Ed25519') return parsed.asymmetricKeyType === 'ed25519';
  if (spec.algorithm === 'RSA') return parsed.asymmetricKeyType === 'rsa' && details?.modulusLength === spec.size;
  return parsed.asymmetricKeyType === 'ec' && CURVE_BITS[details?.namedCurve ?? ''] === spec.size;
};
