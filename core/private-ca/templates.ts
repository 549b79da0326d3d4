// Which template of ACM Private CA a certificate is issued by. Pure. It must never choose one that takes extensions from
// the request: what a certificate may do is for the template alone to say.
import type { PrivateCaIssuerSpec } from '../declaration/issuer-model.ts';
import { issuerText } from '../declaration/issuer-types.ts';
import type { CertificateSpec } from '../declaration/model.ts';
import { PRIVATE_CA_TEMPLATES, usagesWithoutTemplate } from '../declaration/private-ca-templates.ts';
import { EvercertError } from '../errors.ts';

export interface ChosenTemplate {
  /** Like `EndEntityCertificate/V1`. */
  readonly name: string;
  /** What the certificate will say beyond what was asked. */
  readonly notes: readonly string[];
}

const DEFAULT = 'EndEntityCertificate/V1';
const DEFAULT_USAGES = ['digital signature', 'key encipherment'];
/** cert-manager's two words for one bit. */
const plain = (usages: readonly string[]): readonly string[] =>
  usages.map((usage) => (usage === 'signing' ? 'digital signature' : usage));
const isExtended = (usage: string): boolean => / auth$|^(code|ocsp) signing$/.test(usage);

/** `arn:<partition>:acm-pca:::template/<name>`: the partition is the CA's. */
export const templateArn = (caArn: string, name: string): string =>
  `arn:${caArn.split(':')[1]}:acm-pca:::template/${name}`;

const refused = (issuer: PrivateCaIssuerSpec, why: string, offenders: readonly string[] = []): EvercertError =>
  new EvercertError('PRIVATE_CA_TEMPLATE', `${issuerText(issuer)}: ${why}`, { detail: { offenders } });

/** `SubordinateCACertificate_PathLenN/V1` up to the length that the issuer's annotation allows. */
const caTemplate = (issuer: PrivateCaIssuerSpec): string => {
  const { allowSubordinateCa: longest, templateName } = issuer.awspca;
  if (longest === undefined)
    throw refused(issuer, 'isCA, but the issuer has no annotation evercert.dev/allow-subordinate-ca');
  const name = templateName ?? `SubordinateCACertificate_PathLen${longest}/V1`;
  const length = Number(/^SubordinateCACertificate_PathLen(\d)\/V1$/.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(length)) throw refused(issuer, `isCA, but its template ${name} makes no CA`);
  if (length > longest) throw refused(issuer, `its template ${name} is beyond allow-subordinate-ca "${longest}"`);
  return name;
};

/** Few surplus usages before many; without any extended usage asked, the template for servers and clients. */
const leafTemplate = (usages: readonly string[]): string => {
  if (!usages.some(isExtended)) return DEFAULT;
  const surplus = (name: string): number => plain(PRIVATE_CA_TEMPLATES[name]!.usages).length;
  const fitting = Object.entries(PRIVATE_CA_TEMPLATES).filter(
    ([, template]) => template.isCa !== true && usages.every((usage) => template.usages.includes(usage)),
  );
  return fitting.map(([name]) => name).sort((a, b) => surplus(a) - surplus(b))[0] ?? DEFAULT;
};

const nameFor = (certificate: CertificateSpec, issuer: PrivateCaIssuerSpec, usages: readonly string[]): string => {
  if (certificate.isCa === true) return caTemplate(issuer);
  const { templateName } = issuer.awspca;
  if (templateName === undefined) return leafTemplate(usages);
  if (PRIVATE_CA_TEMPLATES[templateName]?.isCa === true)
    throw refused(issuer, `its template ${templateName} makes a CA, and the certificate is none`);
  return templateName;
};

/** The template of one certificate. PRIVATE_CA_TEMPLATE: there is none, or it must not be used. */
export const chooseTemplate = (certificate: CertificateSpec, issuer: PrivateCaIssuerSpec): ChosenTemplate => {
  const asked = plain(certificate.usages.length > 0 ? certificate.usages : DEFAULT_USAGES);
  // `cert sign` is what every CA template gives, asked or not.
  const name = nameFor(certificate, issuer, asked);
  if (!Object.hasOwn(PRIVATE_CA_TEMPLATES, name))
    throw refused(issuer, `the template ${name} is not one that may be used here`);
  const isCa = certificate.isCa === true;
  const wanted = certificate.usages.length === 0 && isCa ? [] : asked;
  const missing = usagesWithoutTemplate(wanted, { isCa, templateName: name });
  if (missing.length > 0) throw refused(issuer, `no template gives ${missing.join(', ')}`, missing);
  if (certificate.nameConstraints !== undefined)
    throw refused(issuer, 'nameConstraints: no template takes them', ['nameConstraints']);
  const added = [...new Set(plain(PRIVATE_CA_TEMPLATES[name]!.usages))].filter((usage) => !asked.includes(usage));
  return { name, notes: added.length === 0 ? [] : [`${name} also gives ${added.join(', ')}`] };
};
