// What an issued certificate says, read from its DER: the text that Node gives is ambiguous where a name holds commas or
// quotes. Pure: it reads, and never judges.
import type { X509Certificate } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { AlternativeNames } from './content.ts';
import { children, extensionOf, readTlv, type Tlv } from './der.ts';

const OIDS = { alternativeNames: '551d11', keyUsage: '551d0f', extendedKeyUsage: '551d25', nameConstraints: '551d1e' };

/** Context tags of GeneralName (RFC 5280 section 4.2.1.6). */
const GENERAL = { otherName: 0xa0, email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const;

export interface SaidNames extends AlternativeNames {
  /** Kinds that nobody can ask for here: tag of the GeneralName. */
  readonly others: readonly string[];
}

const text = ({ content }: Tlv): string => Buffer.from(content).toString('latin1');
const of = (all: readonly Tlv[], tag: number): Tlv[] => all.filter((one) => one.tag === tag);

/** Dotted text of an OBJECT IDENTIFIER's content (X.690 section 8.19). */
export const dottedOid = (content: Uint8Array): string => {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join('.');
};

const address = (content: Uint8Array): string =>
  [4, 16].includes(content.length)
    ? ipaddr.fromByteArray([...content]).toString()
    : Buffer.from(content).toString('hex');

const otherName = ({ content }: Tlv): { oid: string; utf8Value: string } => {
  const [type, value] = children(content);
  const inner = value === undefined ? undefined : readTlv(value.content, 0);
  return {
    oid: type === undefined ? '' : dottedOid(type.content),
    utf8Value: inner === undefined ? '' : Buffer.from(inner.content).toString('utf8'),
  };
};

const tagsKnown: ReadonlySet<number> = new Set(Object.values(GENERAL));

/** DNS names in lower case, addresses in canonical text; all else as it stands. */
export const saidNames = ({ raw }: X509Certificate): SaidNames => {
  const value = extensionOf(raw, OIDS.alternativeNames);
  const list = value === undefined ? undefined : readTlv(value, 0);
  const all = list === undefined ? [] : children(list.content);
  return {
    dnsNames: of(all, GENERAL.dns).map((one) => text(one).toLowerCase()),
    emailAddresses: of(all, GENERAL.email).map(text),
    uris: of(all, GENERAL.uri).map(text),
    ipAddresses: of(all, GENERAL.ip).map(({ content }) => address(content)),
    otherNames: of(all, GENERAL.otherName).map(otherName),
    others: all.filter(({ tag }) => !tagsKnown.has(tag)).map(({ tag }) => tag.toString(16)),
  };
};

/** Bit numbers of KeyUsage; undefined: the extension is not there, and the key may be used for anything. */
export const saidUsageBits = ({ raw }: X509Certificate): readonly number[] | undefined => {
  const value = extensionOf(raw, OIDS.keyUsage);
  const bits = value === undefined ? undefined : readTlv(value, 0);
  if (bits === undefined) return undefined;
  const bytes = bits.content.subarray(1);
  return Array.from({ length: 8 * bytes.length }, (_, bit) => bit).filter(
    (bit) => ((bytes[bit >> 3]! << (bit & 7)) & 0x80) !== 0,
  );
};

/** KeyPurposeIds; undefined: the extension is not there, and any purpose is fine. */
export const saidPurposes = ({ raw }: X509Certificate): readonly string[] | undefined => {
  const value = extensionOf(raw, OIDS.extendedKeyUsage);
  const list = value === undefined ? undefined : readTlv(value, 0);
  return list === undefined ? undefined : children(list.content).map(({ content }) => dottedOid(content));
};

export const hasNameConstraints = ({ raw }: X509Certificate): boolean =>
  extensionOf(raw, OIDS.nameConstraints) !== undefined;

/** Attributes of the subject as `oid=value`, in their order. */
export const saidSubject = ({ raw }: X509Certificate): readonly string[] => {
  const fields = children(readTlv(readTlv(raw, 0)!.content, 0)!.content);
  // The sixth of a v3 TBSCertificate (RFC 5280 section 4.1).
  return children(fields[5]!.content).flatMap((rdn) =>
    children(rdn.content).map((attribute) => {
      const [type, value] = children(attribute.content);
      const encoding = value?.tag === 0x1e ? 'utf16le' : 'utf8';
      const bytes = Buffer.from(value?.content ?? []);
      return `${dottedOid(type?.content ?? new Uint8Array())}=${(encoding === 'utf16le' ? bytes.swap16() : bytes).toString(encoding)}`;
    }),
  );
};
