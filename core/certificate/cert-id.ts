// How ARI names a certificate (RFC 9773 section 4.1): the authority key identifier and the serial number of the leaf, taken
// from its DER. It must never know why a certificate is renewed.
import type { X509Certificate } from 'node:crypto';

/** One DER value (X.690 section 8.1): its identifier octet, its content, and where the next one begins. */
interface Tlv {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly next: number;
}

const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;
/** TBSCertificate.version [0] and TBSCertificate.extensions [3] (RFC 5280 section 4.1). */
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
/** AuthorityKeyIdentifier.keyIdentifier [0], primitive (RFC 5280 section 4.2.1.1). */
const KEY_IDENTIFIER = 0x80;
/** id-ce-authorityKeyIdentifier, 2.5.29.35. */
const AUTHORITY_KEY_IDENTIFIER = '551d23';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Undefined where the bytes end too early or a length is not as DER writes it: up to 4 octets. */
const readTlv = (der: Uint8Array, at: number): Tlv | undefined => {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || octets > 4) return undefined;
  const length = octets === 0 ? first : Number.parseInt(hex(der.subarray(at + 2, at + 2 + octets)) || 'x', 16);
  const begin = at + 2 + octets;
  if (!(begin + length <= der.length)) return undefined;
  return { tag, content: der.subarray(begin, begin + length), next: begin + length };
};

/** The values of a constructed one, as far as they can be read. */
const children = (content: Uint8Array): Tlv[] => {
  const found: Tlv[] = [];
  for (let at = 0; at < content.length; ) {
    const tlv = readTlv(content, at);
    if (tlv === undefined) break;
    found.push(tlv);
    at = tlv.next;
  }
  return found;
};

/** keyIdentifier of the authority key identifier extension, if there is one. */
const authorityKeyIdentifier = (fields: readonly Tlv[]): Uint8Array | undefined => {
  const extensions = fields.find(({ tag }) => tag === EXTENSIONS)?.content;
  const list = extensions && readTlv(extensions, 0);
  for (const { content } of list === undefined ? [] : children(list.content)) {
    const [id, ...rest] = children(content);
    if (id === undefined || hex(id.content) !== AUTHORITY_KEY_IDENTIFIER) continue;
    const value = rest.find(({ tag }) => tag === OCTET_STRING)?.content;
    const identifier = value && readTlv(value, 0);
    if (identifier?.tag !== SEQUENCE) return undefined;
    return children(identifier.content).find(({ tag }) => tag === KEY_IDENTIFIER)?.content;
  }
  return undefined;
};

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** The same from the DER alone: also for a certificate whose signature algorithm Node does not know. */
export const certIdOfDer = (der: Uint8Array): string | undefined => {
  const certificate = readTlv(der, 0);
  const tbs = certificate && readTlv(certificate.content, 0);
  if (tbs === undefined) return undefined;
  const fields = children(tbs.content);
  const serial = fields[0]?.tag === VERSION ? fields[1] : fields[0];
  const key = authorityKeyIdentifier(fields);
  if (serial?.tag !== INTEGER || key === undefined) return undefined;
  return `${base64url(key)}.${base64url(serial.content)}`;
};

/**
 * `<keyIdentifier>.<serial>`, each base64url without padding. The serial is the content of its DER INTEGER, with the leading
 * 00 that Node's `serialNumber` drops. Undefined for a certificate without authority key identifier: it has no such name.
 */
export const certId = (leaf: X509Certificate): string | undefined => certIdOfDer(leaf.raw);
