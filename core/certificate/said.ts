// What an issued certificate says, read from its DER: the text that Node gives is ambiguous where a name holds commas or
// quotes. Pure: it reads, and never judges.
import type { X509Certificate } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { AlternativeNames } from './content.ts';
import { children, extensionOf, readTlv, type Tlv } from './der.ts';

const OIDS = { alternativeNames: '551d11', keyUsage: '551d0f', extendedKeyUsage: '551d25' };

/** Context tags of GeneralName (RFC 5280 section 4.2.1.6). */
const GENERAL = { otherName: 0xa0, email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const;

export interface SaidNames extends AlternativeNames {
  /** Kinds that nobody can ask for here: tag of the GeneralName. */
  readonly others: readonly string[];
}

const UTF8_STRING = 0x0c;

const text = ({ content }: Tlv): string => Buffer.from(content).toString('latin1');
const of = (all: readonly Tlv[], tag: number): Tlv[] => all.filter((one) => one.tag === tag);

/** Dotted text of an OBJECT IDENTIFIER's content (X.690 section 8.19); arcs of any size. */
export const dottedOid = (content: Uint8Array): string => {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - 40n * root, ...rest].join('.');
};

const address = (content: Uint8Array): string =>
  [4, 16].includes(content.length)
    ? ipaddr.fromByteArray([...content]).toString()
    : Buffer.from(content).toString('hex');

const otherName = ({ content }: Tlv): { oid: string; utf8Value: string } => {
  const [type, value] = children(content);
  const inner = value === undefined ? undefined : readTlv(value.content, 0);
  const isText = inner?.tag === UTF8_STRING && inner.next === value?.content.length;
  return {
    oid: type === undefined ? '' : dottedOid(type.content),
    utf8Value: isText ? Buffer.from(inner.content).toString('utf8') : `#${Buffer.from(content).toString('hex')}`,
  };
};

const tagsKnown: ReadonlySet<number> = new Set(Object.values(GENERAL));

/** DNS names in lower case, addresses in canonical text; all else as it stands. */
export const saidNames = ({ raw }: X509Certificate): SaidNames => {
  const value = extensionOf(raw, OIDS.alternativeNames);
  const list = value === undefined ? undefined : readTlv(value, 0);
  const all = list === undefined ? [] : children(list.content);
  const isWhole =
    value === undefined || (list?.next === value.length && (all.at(-1)?.next ?? 0) === list.content.length);
  return {
    dnsNames: of(all, GENERAL.dns).map((one) => text(one).toLowerCase()),
    emailAddresses: of(all, GENERAL.email).map(text),
    uris: of(all, GENERAL.uri).map(text),
    ipAddresses: of(all, GENERAL.ip).map(({ content }) => address(content)),
    otherNames: of(all, GENERAL.otherName).map(otherName),
    others: [
      ...all.filter(({ tag }) => !tagsKnown.has(tag)).map(({ tag }) => tag.toString(16)),
      ...(isWhole ? [] : ['that cannot be read']),
    ],
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

/** Fields of a v3 TBSCertificate (RFC 5280 section 4.1): [version], serial, signature, issuer, validity, subject. */
const fieldsOf = ({ raw }: X509Certificate): readonly Tlv[] => children(readTlv(readTlv(raw, 0)!.content, 0)!.content);
const ISSUER = 3;
const SUBJECT = 5;

/** Issuer and subject are the same octets. */
export const saysItsOwnName = (certificate: X509Certificate): boolean => {
  const fields = fieldsOf(certificate);
  return Buffer.compare(fields[ISSUER]!.content, fields[SUBJECT]!.content) === 0;
};

/** Attributes of the subject as `oid=value`, in their order. */
export const saidSubject = (certificate: X509Certificate): readonly string[] => {
  const subject = fieldsOf(certificate)[SUBJECT]!;
  return children(subject.content).flatMap((rdn) =>
    children(rdn.content).map((attribute) => {
      const [type, value] = children(attribute.content);
      const encoding = value?.tag === 0x1e ? 'utf16le' : 'utf8';
      const bytes = Buffer.from(value?.content ?? []);
      return `${dottedOid(type?.content ?? new Uint8Array())}=${(encoding === 'utf16le' ? bytes.swap16() : bytes).toString(encoding)}`;
    }),
  );
};
