// Whether a Private CA issuer has a template for what a certificate asks: CA certificates and usages. It must never choose
// the template: core/private-ca does.
import type { PrivateCaIssuerSpec } from './issuer-model.ts';
import { ALLOW_SUBORDINATE_CA_ANNOTATION } from './metadata.ts';
import { PRIVATE_CA_TEMPLATES, usagesWithoutTemplate } from './private-ca-templates.ts';
import type { Finding } from './problem.ts';

interface Asked {
  readonly isCA?: boolean;
  readonly usages?: readonly (string | undefined)[];
}

type Allowed = Pick<PrivateCaIssuerSpec['awspca'], 'templateName' | 'allowSubordinateCa'>;

/** cert-manager's default where a certificate names none. */
const DEFAULT_USAGES = ['digital signature', 'key encipherment'];

const refuse = (path: Finding['path'], message: string, hint: string): Finding => ({
  code: 'FIELD_NOT_SUPPORTED',
  path,
  message,
  hint,
});

const caFindings = (name: string, { templateName, allowSubordinateCa: longest }: Allowed): Finding[] => {
  const path = ['spec', 'isCA'];
  if (longest === undefined) {
    const hint = `if it may: add the annotation ${ALLOW_SUBORDINATE_CA_ANNOTATION}: "0" to the issuer`;
    return [refuse(path, `${name} does not allow CA certificates`, hint)];
  }
  const template = templateName === undefined ? undefined : PRIVATE_CA_TEMPLATES[templateName];
  if (template === undefined) return [];
  if (template.isCa !== true)
    return [refuse(path, `${name} issues by ${templateName}, which makes no CA`, 'name another issuer')];
  if ((template.pathLength ?? 0) <= longest) return [];
  const message = `${name} issues by ${templateName}, and allows path lengths up to ${longest}`;
  return [refuse(path, message, `raise ${ALLOW_SUBORDINATE_CA_ANNOTATION} on the issuer, or name a shorter template`)];
};

const usageFindings = (written: Asked, name: string, templateName: string | undefined): Finding[] => {
  const isCa = written.isCA === true;
  const declared = (written.usages ?? []).filter((usage) => usage !== undefined && usage !== '') as string[];
  const usages = declared.length > 0 || isCa ? declared : DEFAULT_USAGES;
  const missing = usagesWithoutTemplate(usages, { isCa, templateName });
  if (missing.length === 0) return [];
  const path = ['spec', 'usages'];
  const hint = 'leave them out, split the certificate, or use a ca issuer';
  if (templateName !== undefined)
    return [refuse(path, `${name} issues by ${templateName}, which does not give ${missing.join(', ')}`, hint)];
  const single = missing.length < usages.length || missing.length === 1;
  const message = `no template of ACM Private CA gives ${missing.join(single ? ' or ' : ' and ')}${single ? '' : ' together'}`;
  return [refuse(single ? [...path, written.usages!.indexOf(missing[0])] : path, message, hint)];
};

/** Code: FIELD_NOT_SUPPORTED, at what the issuer has no template for. */
export const privateCaFindings = (written: Asked, name: string, allowed: Allowed): Finding[] => {
  const { templateName } = allowed;
  const isCa = written.isCA === true;
  const template = templateName === undefined ? undefined : PRIVATE_CA_TEMPLATES[templateName];
  if (isCa) {
    const refused = caFindings(name, allowed);
    return refused.length > 0 ? refused : usageFindings(written, name, templateName);
  }
  if (template?.isCa !== true) return usageFindings(written, name, templateName);
  const message = `${name} issues by ${templateName}, which makes a CA`;
  return [refuse(['spec', 'issuerRef', 'name'], message, 'add isCA: true, or name another issuer')];
};
