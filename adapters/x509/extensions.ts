// The extensions of certificates and requests (RFC 5280 section 4.2). It must never know who signs.
import ipaddr from 'ipaddr.js';
import type { CertificateContent } from '#core/certificate/content.ts';
import type { IssuerUrls } from '#core/certificate/ports.ts';
import { keyUsagesOf } from '#core/certificate/usages.ts';
import { explicit, integer, namedBits, octets, oid, sequence, tagged, yes } from '#core/certificate/write-der.ts';
import type { NameSubtrees } from '#core/declaration/model.ts';
import { dnsName, emailName, generalNames, ipName, uriName } from './names.ts';

const OIDS = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
} as const;

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [yes()] : []), octets(value));

/** Critical where there is no subject (section 4.2.1.6). */
const alternativeNames = ({ names, subject }: CertificateContent): Buffer[] => {
  const value = generalNames(names);
  return value === undefined ? [] : [extension(OIDS.alternativeNames, value, subject.length === 0)];
};

const usages = (content: CertificateContent): Buffer[] => {
  const { bits, purposes } = keyUsagesOf(content);
  return [
    ...(bits.length === 0 ? [] : [extension(OIDS.keyUsage, namedBits(bits), true)]),
    ...(purposes.length === 0 ? [] : [extension(OIDS.extendedKeyUsage, sequence(...purposes.map(oid)))]),
  ];
};

const basicConstraints = (isCa: boolean, pathLength: number | undefined): Buffer =>
  extension(
    OIDS.basicConstraints,
    sequence(...(isCa ? [yes(), ...(pathLength === undefined ? [] : [integer(pathLength)])] : [])),
    true,
  );

/** Address and mask, one after the other. */
const rangeBytes = (cidr: string): Buffer => {
  const [address, bits] = ipaddr.parseCIDR(cidr);
  const bytes = address.toByteArray();
  const mask = bytes.map((_, i) => (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff);
  return Buffer.from([...bytes, ...mask]);
};

const subtrees = (n: number, parts: NameSubtrees | undefined): Buffer[] => {
  const bases = [
    ...(parts?.dnsDomains ?? []).map(dnsName),
    ...(parts?.ipRanges ?? []).map((cidr) => ipName(rangeBytes(cidr))),
    ...(parts?.emailAddresses ?? []).map(emailName),
    ...(parts?.uriDomains ?? []).map(uriName),
  ];
  return bases.length === 0 ? [] : [tagged(0xa0 | n, ...bases.map((base) => sequence(base)))];
};

const nameConstraints = ({ nameConstraints: asked }: CertificateContent): Buffer[] => {
  if (asked === undefined) return [];
  const value = sequence(...subtrees(0, asked.permitted), ...subtrees(1, asked.excluded));
  return [extension(OIDS.nameConstraints, value, asked.critical)];
};

const distributionPoint = (uri: string): Buffer => sequence(explicit(0, explicit(0, uriName(uri))));

const access = (method: string, uri: string): Buffer => sequence(oid(method), uriName(uri));

const issuerUrls = ({ crlDistributionPoints, ocspServers, issuingCertificateUrls }: IssuerUrls): Buffer[] => {
  const told = [
    ...(ocspServers ?? []).map((uri) => access(OIDS.ocsp, uri)),
    ...(issuingCertificateUrls ?? []).map((uri) => access(OIDS.caIssuers, uri)),
  ];
  const points = (crlDistributionPoints ?? []).map(distributionPoint);
  return [
    ...(told.length === 0 ? [] : [extension(OIDS.authorityInfoAccess, sequence(...told))]),
    ...(points.length === 0 ? [] : [extension(OIDS.crlDistributionPoints, sequence(...points))]),
  ];
};

/** What a request asks for; `usages: 'left out'` leaves the usages to the CA. */
export const requestedExtensions = (content: CertificateContent, asked: 'encoded' | 'left out'): readonly Buffer[] => [
  ...alternativeNames(content),
  ...(asked === 'encoded' ? usages(content) : []),
  ...(content.isCa ? [basicConstraints(true, undefined)] : []),
  ...nameConstraints(content),
];

/** All of a certificate's extensions. */
export const certificateExtensions = (signed: {
  readonly content: CertificateContent;
  readonly pathLength: number | undefined;
  readonly subjectKeyId: Uint8Array;
  readonly authorityKeyId: Uint8Array;
  readonly urls: IssuerUrls;
}): readonly Buffer[] => [
  ...usages(signed.content),
  basicConstraints(signed.content.isCa, signed.pathLength),
  extension(OIDS.subjectKeyId, octets(signed.subjectKeyId)),
  extension(OIDS.authorityKeyId, sequence(tagged(0x80, signed.authorityKeyId))),
  ...issuerUrls(signed.urls),
  ...alternativeNames(signed.content),
  ...nameConstraints(signed.content),
];
