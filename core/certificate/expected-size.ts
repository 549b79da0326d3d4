// How large a secret may become, told before anything is ordered. Pure; generous where it costs nobody a certificate.
import type { CertificateSpec } from '../declaration/model.ts';

/** Secrets Manager refuses a value beyond this (quota "Secret value size"). */
export const MAX_SECRET_BYTES = 65_536;

type Spec = Pick<CertificateSpec, 'dnsNames' | 'privateKey'> &
  Partial<
    Pick<
      CertificateSpec,
      'ipAddresses' | 'uris' | 'emailAddresses' | 'otherNames' | 'keystores' | 'additionalOutputFormats'
    >
  >;

/** A certificate of a CA, in PEM. */
const CA_BYTES = 2_000;

const nameBytes = ({ dnsNames, ipAddresses = [], uris = [], emailAddresses = [], otherNames = [] }: Spec): number =>
  [...dnsNames, ...ipAddresses, ...uris, ...emailAddresses, ...otherNames.map(({ oid, utf8Value }) => oid + utf8Value)]
    .map((name) => name.length + 4)
    .reduce((sum, bytes) => sum + bytes, 0);

const keyBytes = ({ privateKey }: Spec): number => (privateKey.algorithm === 'RSA' ? privateKey.size : 400);

/** A key, a leaf with its names (base64 in PEM), a chain of five: a bound. */
const pairBound = (spec: Spec): number =>
  Math.ceil((nameBytes(spec) + 2_000) * 1.5) + keyBytes(spec) + 5 * 2_800 + 1_000;

/** The same with a chain as CAs have it: a leaf and two more. */
const pairLikely = (spec: Spec): number => {
  const publicKey = spec.privateKey.algorithm === 'RSA' ? spec.privateKey.size / 8 : 150;
  return Math.ceil((nameBytes(spec) + publicKey + 1_500) * 1.4) + keyBytes(spec) + 2 * CA_BYTES;
};

/**
 * Bytes of the value: the bound of the pair alone, or with what is rendered beside it, whichever is more. What is
 * beyond Secrets Manager's limit all the same is refused when it is written.
 */
export const expectedBytes = (spec: Spec): number => {
  const pair = pairLikely(spec);
  const formats = spec.additionalOutputFormats ?? [];
  const store = Math.ceil(pair * 1.05) + CA_BYTES + 1_000;
  const beside = [
    formats.includes('CombinedPEM') ? pair : 0,
    formats.includes('DER') ? keyBytes(spec) : 0,
    spec.keystores?.pkcs12 === undefined ? 0 : store,
    spec.keystores?.jks === undefined ? 0 : store,
  ].reduce((sum, bytes) => sum + bytes, 0);
  return Math.max(pairBound(spec), pair + CA_BYTES + 1_000 + beside);
};
