// The judge's look at names: what a certificate says against what was asked, as sets of each kind. Pure.
import type { X509Certificate } from 'node:crypto';
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
