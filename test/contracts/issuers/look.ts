// What a certificate says, read by another hand than ours: @peculiar/asn1-x509 for the extensions, node:crypto for keys.
// It must never use the core's judge, nor its reader of chains.
import { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import * as asn from '@peculiar/asn1-x509';

/** One kind and value a name, like `dns:www.example.com`. */
export type NameText = string;

export interface Look {
  /** Subject alternative names, sorted. */
  readonly names: readonly NameText[];
  /** RDNs in the certificate's order, `O=a+O=b` where one has several values (sorted as DER sorts them). */
  readonly subject: readonly string[];
  /** `RSA 2048`, `ECDSA 256`, `Ed25519`. */
  readonly key: string;
  /** Sorted, in RFC 5280's words. */
  readonly usages: readonly string[];
  /** `leaf`, `CA`, `CA, path length 1`. */
  readonly constraints: string;
  /** `permitted dns:x`, `excluded ip:10.0.0.0/8`; sorted. */
  readonly nameConstraints: readonly string[];
  /** Extensions marked critical, by OID, sorted. */
  readonly critical: readonly string[];
  readonly crl: readonly string[];
  readonly ocsp: readonly string[];
  readonly caIssuers: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly lifetimeMs: number;
  readonly serialBits: number;
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.17': 'POSTALCODE',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
};

/** RFC 5280 section 4.2.1.3, in the order of the bits. */
const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

const EXTENDED: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'any',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.5': 'ipsecEndSystem',
  '1.3.6.1.5.5.7.3.6': 'ipsecTunnel',
  '1.3.6.1.5.5.7.3.7': 'ipsecUser',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '1.3.6.1.4.1.311.10.3.3': 'microsoftSGC',
  '2.16.840.1.113730.4.1': 'netscapeSGC',
};

const CURVES: Readonly<Record<string, string>> = { prime256v1: '256', secp384r1: '384', secp521r1: '521' };

/** The contents of a DER value; lengths here are below 256. */
const contents = (der: Buffer): Buffer => der.subarray(der[1]! === 0x81 ? 3 : 2);

const otherText = ({ typeId, value }: asn.OtherName): string => {
  const der = Buffer.from(value);
  const text = der[0] === 0xa0 ? contents(der) : der;
  return `other:${typeId}:${text[0] === 0x0c ? 'utf8' : `tag ${text[0]}`}:${contents(text).toString('utf8')}`;
};

const generalName = (name: asn.GeneralName): NameText => {
  if (name.dNSName !== undefined) return `dns:${name.dNSName}`;
  if (name.iPAddress !== undefined) return `ip:${name.iPAddress}`;
  if (name.uniformResourceIdentifier !== undefined) return `uri:${name.uniformResourceIdentifier}`;
  if (name.rfc822Name !== undefined) return `email:${name.rfc822Name}`;
  if (name.otherName !== undefined) return otherText(name.otherName);
  return `unknown:${JSON.stringify(name)}`;
};

const subjectOf = (name: asn.Name): string[] =>
  [...name].map((rdn) =>
    [...rdn].map(({ type, value }) => `${ATTRIBUTES[type] ?? type}=${value.toString()}`).join('+'),
  );

export const keyText = ({ publicKey }: X509Certificate): string => {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = publicKey;
  if (type === 'rsa') return `RSA ${details.modulusLength}`;
  if (type === 'ec') return `ECDSA ${CURVES[details.namedCurve ?? ''] ?? details.namedCurve}`;
  return type === 'ed25519' ? 'Ed25519' : String(type);
};

const subtrees = (word: string, trees: asn.GeneralSubtrees | undefined): string[] =>
  [...(trees ?? [])].map(({ base }) => `${word} ${generalName(base)}`);

const urlsOf = (point: asn.DistributionPoint): string[] =>
  (point.distributionPoint?.fullName ?? []).flatMap(({ uniformResourceIdentifier: url }) => url ?? []);

/** Reads one PEM. */
export const look = (pem: string): Look => {
  const plain = new X509Certificate(pem);
  const { tbsCertificate: tbs } = AsnConvert.parse(plain.raw, asn.Certificate);
  const extensions = [...(tbs.extensions ?? [])];
  const read = <T>(oid: string, type: new () => T): T | undefined => {
    const found = extensions.find(({ extnID }) => extnID === oid);
    return found === undefined ? undefined : AsnConvert.parse(found.extnValue.buffer, type);
  };
  const keyUsage = read(asn.id_ce_keyUsage, asn.KeyUsage)?.toNumber() ?? 0;
  const extended = [...(read(asn.id_ce_extKeyUsage, asn.ExtendedKeyUsage) ?? [])];
  const basic = read(asn.id_ce_basicConstraints, asn.BasicConstraints);
  const within = read(asn.id_ce_nameConstraints, asn.NameConstraints);
  const access = [...(read(asn.id_pe_authorityInfoAccess, asn.AuthorityInfoAccessSyntax) ?? [])];
  const accessUrls = (method: string): string[] =>
    access
      .filter(({ accessMethod }) => accessMethod === method)
      .map(({ accessLocation }) => accessLocation.uniformResourceIdentifier ?? '');
  const path = basic?.pathLenConstraint === undefined ? '' : `, path length ${basic.pathLenConstraint}`;
  const { validFromDate: notBefore, validToDate: notAfter } = plain;
  return {
    names: [...(read(asn.id_ce_subjectAltName, asn.SubjectAlternativeName) ?? [])].map(generalName).sort(),
    subject: subjectOf(tbs.subject),
    key: keyText(plain),
    usages: [
      ...KEY_USAGES.filter((_, bit) => (keyUsage & (1 << bit)) !== 0),
      ...extended.map((oid) => EXTENDED[oid] ?? oid),
    ].sort(),
    constraints: basic?.cA === true ? `CA${path}` : 'leaf',
    nameConstraints: [
      ...subtrees('permitted', within?.permittedSubtrees),
      ...subtrees('excluded', within?.excludedSubtrees),
    ].sort(),
    critical: extensions.flatMap(({ extnID, critical }) => (critical ? [extnID] : [])).sort(),
    crl: [...(read(asn.id_ce_cRLDistributionPoints, asn.CRLDistributionPoints) ?? [])].flatMap(urlsOf),
    ocsp: accessUrls(asn.id_ad_ocsp),
    caIssuers: accessUrls(asn.id_ad_caIssuers),
    notBefore,
    notAfter,
    lifetimeMs: notAfter.getTime() - notBefore.getTime(),
    serialBits: BigInt(`0x${plain.serialNumber}`).toString(2).length,
  };
};
