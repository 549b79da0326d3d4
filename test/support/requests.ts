// Requests for a few DNS names, as the tests of CAs need them.
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { type CertificateContent, DEFAULT_USAGES } from '#core/certificate/content.ts';
import type { Sealed } from '#core/sealed.ts';

/** A server certificate's content: DNS names, perhaps a common name. */
export const dnsContent = (dnsNames: readonly string[], commonName?: string): CertificateContent => ({
  subject: commonName === undefined ? [] : [[{ oid: '2.5.4.3', value: commonName }]],
  names: { dnsNames, ipAddresses: [], uris: [], emailAddresses: [], otherNames: [] },
  usages: DEFAULT_USAGES,
  isCa: false,
});

/** PKCS#10 (DER) for DNS names and perhaps a common name. */
export const dnsRequest = (
  key: Sealed<string>,
  dnsNames: readonly string[],
  commonName?: string,
): Promise<Uint8Array> => nodeKeys.csr({ key, content: dnsContent(dnsNames, commonName), usages: 'left out' });
