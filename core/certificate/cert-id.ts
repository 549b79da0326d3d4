// How ARI names a certificate (RFC 9773 section 4.1): the authority key identifier and the serial number of the leaf, taken
// from its DER. It must never know why a certificate is renewed.
import type { X509Certificate } from 'node:crypto';
import { children, extensionOf, readTlv } from './der.ts';

const INTEGER = 0x02;
const SEQUENCE = 0x30;
/** TBSCertificate.version [0] (RFC 5280 section 4.1). */
const VERSION = 0xa0;
/** AuthorityKeyIdentifier.keyIdentifier [0], primitive (RFC 5280 section 4.2.1.1). */
const KEY_IDENTIFIER = 0x80;
/** id-ce-authorityKeyIdentifier, 2.5.29.35. */
const AUTHORITY_KEY_IDENTIFIER = '551d23';

/** keyIdentifier of the authority key identifier extension, if there is one. */
const authorityKeyIdentifier = (der: Uint8Array): Uint8Array | undefined => {
  const value = extensionOf(der, AUTHORITY_KEY_IDENTIFIER);
  const identifier = value && readTlv(value, 0);
  if (identifier?.tag !== SEQUENCE) return undefined;
  return children(identifier.content).find(({ tag }) => tag === KEY_IDENTIFIER)?.content;
};

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** The same from the DER alone: also for a certificate whose signature algorithm Node does not know. */
export const certIdOfDer = (der: Uint8Array): string | undefined => {
  const certificate = readTlv(der, 0);
  const tbs = certificate && readTlv(certificate.content, 0);
  if (tbs === undefined) return undefined;
  const fields = children(tbs.content);
  const serial = fields[0]?.tag === VERSION ? fields[1] : fields[0];
  const key = authorityKeyIdentifier(der);
  if (serial?.tag !== INTEGER || key === undefined) return undefined;
  return `${base64url(key)}.${base64url(serial.content)}`;
};

/**
 * `<keyIdentifier>.<serial>`, each base64url without padding. The serial is the content of its DER INTEGER, with the leading
 * 00 that Node's `serialNumber` drops. Undefined for a certificate without authority key identifier: it has no such name.
 */
export const certId = (leaf: X509Certificate): string | undefined => certIdOfDer(leaf.raw);
