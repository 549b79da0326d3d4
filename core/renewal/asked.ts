// What a declaration asks, as far as a change of it needs a new certificate. What the issuer does not honour, or what is only
// a form of the same pair, is left out: its change would cost an issuance and bring the same certificate. Pure.
import { type CertificateContent, contentOf } from '../certificate/content.ts';
import { authorityOf } from '../declaration/issuer-types.ts';
import type { CertificateSpec, DeclaredCertificate, NameSubtrees } from '../declaration/model.ts';
import type { AskedSummary } from '../journey/row.ts';

type Issuer = DeclaredCertificate['issuer'];

const profileOf = (issuer: Issuer) =>
  issuer.type === 'acme' && issuer.acme.profile !== undefined ? { profile: issuer.acme.profile } : {};

const sorted = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();

const listed = <K extends string>(name: K, list: readonly string[]): { readonly [N in K]?: readonly string[] } =>
  list.length === 0 ? {} : ({ [name]: sorted(list) } as { [N in K]: readonly string[] });

const namesOf = ({ names }: CertificateContent) => ({
  ...listed('ipAddresses', names.ipAddresses),
  ...listed('uris', names.uris),
  ...listed('emailAddresses', names.emailAddresses),
  ...listed(
    'otherNames',
    names.otherNames.map(({ oid, utf8Value }) => `${oid}=${utf8Value}`),
  ),
});

/** In the certificate's order; the values of one RDN are a set. A common name alone has its own attribute. */
const subjectOf = (spec: CertificateSpec, { subject }: CertificateContent) => {
  if (spec.subject === undefined && spec.literalSubject === undefined) return {};
  const rdns = subject.map((rdn) => sorted(rdn.map(({ oid, value }) => `${oid}=${value}`)).join('+'));
  return { subject: rdns.join(', ') };
};

const subtreesOf = (word: string, trees: NameSubtrees = {}): readonly string[] =>
  Object.entries(trees).flatMap(([kind, bases]) => bases.map((base: string) => `${word} ${kind} ${base}`));

const constraintsOf = ({ nameConstraints: asked }: CertificateContent) =>
  asked === undefined
    ? {}
    : {
        nameConstraints: [
          ...(asked.critical ? ['critical'] : []),
          ...sorted([...subtreesOf('permitted', asked.permitted), ...subtreesOf('excluded', asked.excluded)]),
        ],
      };

/** An ACME CA hears it only where the issuer sends it on. */
const durationOf = ({ durationMs }: CertificateSpec, issuer: Issuer) => {
  const isHeard = issuer.type !== 'acme' || issuer.acme.enableDurationFeature === true;
  return isHeard && durationMs !== undefined ? { durationMs } : {};
};

/** Public CAs choose subject and usages by themselves. */
const privatelyAsked = (spec: CertificateSpec, issuer: Issuer, content: CertificateContent) => {
  if (issuer.type === 'acme') return {};
  const { signatureAlgorithm } = spec;
  return {
    ...subjectOf(spec, content),
    usages: sorted(content.usages),
    ...(content.isCa ? { isCa: true as const } : {}),
    ...constraintsOf(content),
    // Elsewhere it is the request alone that is signed with it.
    ...(issuer.type === 'selfSigned' && signatureAlgorithm !== undefined ? { signatureAlgorithm } : {}),
  };
};

/** Lists are sorted, so that their order does not matter. */
export const askedSummary = ({
  certificate,
  issuer,
}: Pick<DeclaredCertificate, 'certificate' | 'issuer'>): AskedSummary => {
  const content = contentOf(certificate);
  return {
    issuer: `${issuer.kind}/${issuer.name}`,
    server: authorityOf(issuer),
    ...profileOf(issuer),
    dnsNames: [...certificate.dnsNames].sort(),
    ...(certificate.commonName === undefined ? {} : { commonName: certificate.commonName }),
    ...namesOf(content),
    ...privatelyAsked(certificate, issuer, content),
    ...durationOf(certificate, issuer),
    key: `${certificate.privateKey.algorithm} ${certificate.privateKey.size}`,
    encoding: certificate.privateKey.encoding,
    ...(certificate.renewRequested === undefined ? {} : { renewRequested: certificate.renewRequested }),
  };
};

/** A list as people read it; undefined where nothing is asked. */
const text = (value: AskedSummary[keyof AskedSummary]): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value === undefined ? undefined : String(value);

/** In the order in which cert-manager compares them (pkg/util/pki/match.go, RequestMatchesSpec). */
const PARTS = [
  ['ipAddresses', 'the list of IP addresses'],
  ['uris', 'the list of URIs'],
  ['emailAddresses', 'the list of mail addresses'],
  ['otherNames', 'the list of other names'],
  ['dnsNames', 'the list of names'],
  ['commonName', 'the common name'],
  ['subject', 'the subject'],
  ['isCa', 'isCA'],
  ['nameConstraints', 'the list of name constraints'],
  ['signatureAlgorithm', 'the signature algorithm'],
] as const satisfies readonly (readonly [keyof AskedSummary, string])[];

export const differs = (what: string, before: string | undefined, wanted: string | undefined): string | undefined =>
  before === wanted ? undefined : `${what} was ${before ?? 'not set'} and is now ${wanted ?? 'not set'}`;

const hours = (ms: number): string => `${ms / 3_600_000}h`;

/** Only where both are set, as cert-manager compares it: without one, what is there lives as long as it lives. */
const durationDiffers = ({ durationMs: before }: AskedSummary, { durationMs: wanted }: AskedSummary) =>
  before === undefined || wanted === undefined ? undefined : differs('the duration', hours(before), hours(wanted));

/** They are always noted where they count: without them it is not known what was asked. */
const usagesDiffer = ({ usages: before }: AskedSummary, { usages: wanted }: AskedSummary) =>
  before === undefined || wanted === undefined ? undefined : differs('the list of usages', text(before), text(wanted));

/** What is asked otherwise now than when the certificate was issued, old and new in words; undefined: nothing. */
export const requestDiffers = (before: AskedSummary, wanted: AskedSummary): string | undefined =>
  PARTS.map(([part, what]) => differs(what, text(before[part]), text(wanted[part]))).find(
    (difference) => difference !== undefined,
  ) ??
  usagesDiffer(before, wanted) ??
  durationDiffers(before, wanted);
