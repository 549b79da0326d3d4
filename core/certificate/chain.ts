// PEM chains read into facts. Pure: parses, never judges.
import { createHash, X509Certificate } from 'node:crypto';
import { certId } from './cert-id.ts';

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in its order; throws where one cannot be parsed. */
export const parseChain = (pem: string): X509Certificate[] =>
  (pem.match(PEM_BLOCK) ?? []).map((block) => new X509Certificate(block));

/** One normalised PEM text: each block ends with one newline, nothing between. */
export const chainPem = (chain: readonly X509Certificate[]): string =>
  chain.map((certificate) => `${certificate.toString().trim()}\n`).join('');

/** SHA-256 of the DER, 64 hex characters, lower case: the one fingerprint that people grep for. */
export const fingerprint = (certificate: X509Certificate): string =>
  createHash('sha256').update(certificate.raw).digest('hex');

/** Subject alternative names as [kind, value], lower case; empty without the extension. */
export const alternativeNames = (certificate: X509Certificate): [kind: string, value: string][] =>
  (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const colon = entry.indexOf(':');
      return [entry.slice(0, colon), entry.slice(colon + 1).toLowerCase()];
    });

/** Facts of a leaf, as the row and the secret carry them. Instants are ISO 8601. */
export interface LeafFacts {
  readonly fingerprint: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly issuer: string;
  /** How ARI names it (RFC 9773 section 4.1), where it has such a name. */
  readonly certId?: string;
}

export const leafFacts = (leaf: X509Certificate): LeafFacts => {
  const named = certId(leaf);
  return {
    fingerprint: fingerprint(leaf),
    serial: leaf.serialNumber.toLowerCase(),
    notBefore: leaf.validFromDate.toISOString(),
    notAfter: leaf.validToDate.toISOString(),
    // Undefined, whatever its type says, where the name is empty: a certificate that signed itself may have none.
    issuer: (leaf.issuer ?? '').split('\n').join(', '),
    ...(named === undefined ? {} : { certId: named }),
  };
};
