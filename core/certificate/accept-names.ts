// The judge's look at names: what a certificate says against what was asked, as sets of each kind. Pure.
import type { X509Certificate } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { NameConstraintsSpec, NameSubtrees } from '../declaration/model.ts';
import { constraintsOf, type Subtree } from './ca-constraints.ts';
import type { AlternativeNames, CertificateContent } from './content.ts';
import { saidNames, saidSubject } from './said.ts';

type Kind = keyof AlternativeNames;

/** How a name of a kind is shown; DNS names stand for themselves. */
const SHOWN: Readonly<Record<Kind, string>> = {
  dnsNames: '',
  ipAddresses: 'IP Address:',
  uris: 'URI:',
  emailAddresses: 'email:',
  otherNames: 'otherName:',
};
const KINDS = Object.keys(SHOWN) as Kind[];

const texts = (names: AlternativeNames, kind: Kind): readonly string[] =>
  kind === 'otherNames' ? names.otherNames.map(({ oid, utf8Value }) => `${oid}=${utf8Value}`) : names[kind];

/** What stands in one and not in the other, of each kind. */
const beyond = (one: AlternativeNames, other: AlternativeNames): string[] =>
  KINDS.flatMap((kind) => {
    const known = new Set(texts(other, kind));
    return texts(one, kind)
      .filter((name) => !known.has(name))
      .map((name) => `${SHOWN[kind]}${name}`);
  });

/** Undefined: the names are exactly the asked ones. */
export const namesDiffer = (leaf: X509Certificate, asked: AlternativeNames): string | undefined => {
  const said = saidNames(leaf);
  const missing = beyond(asked, said);
  const extra = [...beyond(said, asked), ...said.others.map((tag) => `a name of kind ${tag}`)];
  const parts = [
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`carries ${extra.join(', ')}, which was not asked`] : []),
  ];
  return parts.length === 0 ? undefined : `the certificate ${parts.join(' and ')}`;
};

/** Undefined: the subject's attributes are the asked ones. */
export const subjectDiffers = (leaf: X509Certificate, { subject }: CertificateContent): string | undefined => {
  const asked = subject.flat().map(({ oid, value }) => `${oid}=${value}`);
  const said = saidSubject(leaf);
  const same = asked.length === said.length && [...asked].sort().join('\n') === [...said].sort().join('\n');
  return same ? undefined : `its subject is ${said.join(', ') || 'empty'}, asked was ${asked.join(', ') || 'none'}`;
};

/** Address and mask as hex (RFC 5280 section 4.2.1.10), of a range in CIDR notation. */
const rangeHex = (cidr: string): string => {
  const [address, bits] = ipaddr.parseCIDR(cidr);
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const mask = family.subnetMaskFromPrefixLength(bits);
  return Buffer.from([...address.toByteArray(), ...mask.toByteArray()]).toString('hex');
};

const askedSubtrees = (trees: NameSubtrees = {}): readonly string[] => [
  ...(trees.dnsDomains ?? []).map((base) => `dns ${base.toLowerCase()}`),
  ...(trees.ipRanges ?? []).map((base) => `ip ${rangeHex(base)}`),
  ...(trees.emailAddresses ?? []).map((base) => `email ${base.toLowerCase()}`),
  ...(trees.uriDomains ?? []).map((base) => `uri ${base.toLowerCase()}`),
];

const isSameSet = (asked: readonly string[], said: readonly Subtree[]): boolean => {
  const texts = new Set(said.map(({ kind, base }) => `${kind} ${base}`));
  return texts.size === new Set(asked).size && asked.every((text) => texts.has(text));
};

/** Undefined: the name constraints are the asked ones. What was not asked is the CA's own choice. */
export const constraintsDiffer = (
  leaf: X509Certificate,
  asked: NameConstraintsSpec | undefined,
): string | undefined => {
  if (asked === undefined) return undefined;
  const { permitted, excluded, hasOthers } = constraintsOf(leaf);
  const isAsked =
    isSameSet(askedSubtrees(asked.permitted), permitted) && isSameSet(askedSubtrees(asked.excluded), excluded);
  return isAsked && !hasOthers ? undefined : 'its name constraints are not those that were asked';
};
