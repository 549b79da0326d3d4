// ACM Private CA's certificate templates as declarations may name and need them (Private CA user guide, "template
// varieties"): what each gives, and what none gives. It must never know how a certificate is requested.
import { nearest } from './nearest.ts';
import type { Finding } from './problem.ts';

interface Template {
  /** cert-manager's words for the key usages and extended key usages that the template writes. */
  readonly usages: readonly string[];
  readonly isCa?: true;
  /** Of CA templates. */
  readonly pathLength?: number;
}

const END_ENTITY = ['digital signature', 'signing', 'key encipherment'];
const CA = ['digital signature', 'signing', 'cert sign', 'crl sign'];

const subordinate = (pathLength: number): Template => ({ usages: CA, isCa: true, pathLength });

/** Templates that take nothing but subject and alternative names from the request. */
export const PRIVATE_CA_TEMPLATES: Readonly<Record<string, Template>> = {
  'EndEntityCertificate/V1': { usages: [...END_ENTITY, 'server auth', 'client auth'] },
  'EndEntityServerAuthCertificate/V1': { usages: [...END_ENTITY, 'server auth'] },
  'EndEntityClientAuthCertificate/V1': { usages: [...END_ENTITY, 'client auth'] },
  'CodeSigningCertificate/V1': { usages: ['digital signature', 'signing', 'code signing'] },
  'OCSPSigningCertificate/V1': { usages: ['digital signature', 'signing', 'ocsp signing'] },
  'SubordinateCACertificate_PathLen0/V1': subordinate(0),
  'SubordinateCACertificate_PathLen1/V1': subordinate(1),
  'SubordinateCACertificate_PathLen2/V1': subordinate(2),
  'SubordinateCACertificate_PathLen3/V1': subordinate(3),
};

const PATH = ['spec', 'pcaTemplate', 'defaultTemplateName'];
const KNOWN = Object.keys(PRIVATE_CA_TEMPLATES);

/** Codes: TEMPLATE_PASSES_THROUGH, TEMPLATE_UNKNOWN. */
export const checkTemplateName = (written: string | undefined): Finding[] => {
  if (!written || Object.hasOwn(PRIVATE_CA_TEMPLATES, written)) return [];
  const shown = `"${written.slice(0, 80)}"`;
  if (/passthrough/i.test(written)) {
    const message = `${shown} takes extensions from the request`;
    const hint = 'name a template without Passthrough: what a certificate may do is not for its request to say';
    return [{ code: 'TEMPLATE_PASSES_THROUGH', path: PATH, message, hint }];
  }
  const plain = written.replace(/^.*template\//, '').replace(/(\/V1)?$/, '/V1');
  const meant = Object.hasOwn(PRIVATE_CA_TEMPLATES, plain) ? plain : nearest(plain, KNOWN);
  const hint = meant === undefined ? `known: ${KNOWN.join(', ')}` : `did you mean ${meant}?`;
  return [{ code: 'TEMPLATE_UNKNOWN', path: PATH, message: `there is no template ${shown}`, hint }];
};

const gives = (template: Template, usages: readonly string[]): boolean =>
  usages.every((usage) => template.usages.includes(usage));

/** Usages for which no template stands, alone or together; empty where one does. `isCa` looks at CA templates only. */
export const usagesWithoutTemplate = (
  usages: readonly string[],
  asked: { readonly isCa: boolean; readonly templateName?: string | undefined },
): readonly string[] => {
  const named = asked.templateName === undefined ? undefined : PRIVATE_CA_TEMPLATES[asked.templateName];
  const all = Object.values(PRIVATE_CA_TEMPLATES).filter((one) => (one.isCa === true) === asked.isCa);
  const templates = named === undefined ? all : [named];
  if (templates.some((template) => gives(template, usages))) return [];
  const alone = usages.filter((usage) => !templates.some((template) => gives(template, [usage])));
  return alone.length > 0 ? alone : usages;
};
