// The names that stand in a certificate, of all kinds, against those that were declared. Pure; it must never use the
// core's reader of names: it proves what the core let pass.
import type { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  Certificate,
  type GeneralName,
  id_ce_subjectAltName,
  type OtherName,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509';
import type { CertificateSpec } from '#core/declaration/model.ts';

export type DeclaredNames = Pick<
  CertificateSpec,
  'commonName' | 'dnsNames' | 'ipAddresses' | 'uris' | 'emailAddresses' | 'otherNames'
>;

const COMMON_NAME = '2.5.4.3';
/** DER: a context tag of its own, a UTF8String, and a length that takes a second byte. */
const [EXPLICIT, UTF8, LONG] = [0xa0, 0x0c, 0x81];

const contents = (der: Buffer): Buffer => der.subarray(der[1] === LONG ? 3 : 2);

const otherText = ({ typeId, value }: OtherName): string => {
  const der = Buffer.from(value);
  const text = der[0] === EXPLICIT ? contents(der) : der;
  return `other:${typeId}:${text[0] === UTF8 ? contents(text).toString('utf8') : text.toString('hex')}`;
};

const nameText = (name: GeneralName): string => {
  if (name.dNSName !== undefined) return `dns:${name.dNSName.toLowerCase()}`;
  if (name.iPAddress !== undefined) return `ip:${name.iPAddress}`;
  if (name.uniformResourceIdentifier !== undefined) return `uri:${name.uniformResourceIdentifier}`;
  if (name.rfc822Name !== undefined) return `email:${name.rfc822Name}`;
  return name.otherName === undefined ? 'a name of another kind' : otherText(name.otherName);
};

const parsed = (leaf: X509Certificate) => AsnConvert.parse(leaf.raw, Certificate).tbsCertificate;

/** Subject alternative names, like `dns:www.example.com`. */
export const alternativeNameTexts = (leaf: X509Certificate): readonly string[] => {
  const extension = [...(parsed(leaf).extensions ?? [])].find(({ extnID }) => extnID === id_ce_subjectAltName);
  if (extension === undefined) return [];
  return [...AsnConvert.parse(extension.extnValue.buffer, SubjectAlternativeName)].map(nameText);
};

/** The common names of the subject. */
export const commonNamesOf = (leaf: X509Certificate): readonly string[] =>
  [...parsed(leaf).subject]
    .flatMap((rdn) => [...rdn])
    .filter(({ type }) => type === COMMON_NAME)
    .map(({ value }) => value.toString());

const wantedTexts = (declared: DeclaredNames): readonly string[] => [
  ...declared.dnsNames.map((name) => `dns:${name}`),
  ...(declared.ipAddresses ?? []).map((address) => `ip:${address}`),
  ...(declared.uris ?? []).map((uri) => `uri:${uri}`),
  ...(declared.emailAddresses ?? []).map((address) => `email:${address}`),
  ...(declared.otherNames ?? []).map(({ oid, utf8Value }) => `other:${oid}:${utf8Value}`),
];

/** The alternative names are the declared ones and no others. A public CA may leave the common name out (Baseline Requirements). */
export const areNamesExact = (
  leaf: X509Certificate,
  declared: DeclaredNames,
  commonName: 'must be there' | 'may be left out',
): boolean => {
  const found = new Set(alternativeNameTexts(leaf));
  const wanted = new Set(wantedTexts(declared));
  const isExact = found.size === wanted.size && [...found].every((one) => wanted.has(one));
  if (commonName === 'may be left out' || declared.commonName === undefined) return isExact;
  return isExact && commonNamesOf(leaf).includes(declared.commonName);
};
