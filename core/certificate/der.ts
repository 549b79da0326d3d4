// DER values (X.690) read one inside the other. Pure; it must never know what a value means.

/** One DER value (X.690 section 8.1): its identifier octet, its content, and where the next one begins. */
export interface Tlv {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly next: number;
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Undefined where the bytes end too early or a length is not as DER writes it: up to 4 octets. */
export const readTlv = (der: Uint8Array, at: number): Tlv | undefined => {
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
export const children = (content: Uint8Array): Tlv[] => {
  const found: Tlv[] = [];
  for (let at = 0; at < content.length; ) {
    const tlv = readTlv(content, at);
    if (tlv === undefined) break;
    found.push(tlv);
    at = tlv.next;
  }
  return found;
};

/** TBSCertificate.extensions [3] (RFC 5280 section 4.1). */
const EXTENSIONS = 0xa3;
const OCTET_STRING = 0x04;

/** The content of the extension of that identifier (hex of its content octets); undefined: the certificate has none. */
export const extensionOf = (certificateDer: Uint8Array, id: string): Uint8Array | undefined => {
  const certificate = readTlv(certificateDer, 0);
  const tbs = certificate && readTlv(certificate.content, 0);
  const extensions = tbs && children(tbs.content).find(({ tag }) => tag === EXTENSIONS)?.content;
  const list = extensions && readTlv(extensions, 0);
  for (const { content } of list === undefined ? [] : children(list.content)) {
    const [found, ...rest] = children(content);
    if (found !== undefined && hex(found.content) === id) return rest.find(({ tag }) => tag === OCTET_STRING)?.content;
  }
  return undefined;
};
