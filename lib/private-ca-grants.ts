// Which CAs of ACM Private CA may be asked, and by which templates: those that the declarations need, and no others. It
// must never allow a template that takes extensions from the request.
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Catalogue } from '#core/declaration/model.ts';
import { chooseTemplate, templateArn } from '#core/private-ca/templates.ts';
import type { ServiceSettings } from '#core/settings.ts';

/** Of a CA that the settings name, and no declaration yet. */
const LEAF_TEMPLATES = [
  'EndEntityCertificate/V1',
  'EndEntityServerAuthCertificate/V1',
  'EndEntityClientAuthCertificate/V1',
];

const ISSUE = 'acm-pca:IssueCertificate';

interface Needed {
  /** CA's ARN -> ARNs of templates, sorted; those that are asked with our own role. */
  readonly templates: ReadonlyMap<string, readonly string[]>;
  readonly roles: readonly string[];
}

const neededBy = (catalogue: Catalogue, { privateCas }: ServiceSettings): Needed => {
  const templates = new Map<string, Set<string>>();
  const roles = new Set<string>();
  const need = (arn: string, name: string): void => {
    templates.set(arn, (templates.get(arn) ?? new Set()).add(templateArn(arn, name)));
  };
  for (const arn of privateCas) for (const name of LEAF_TEMPLATES) need(arn, name);
  for (const { certificate, issuer } of catalogue.certificates) {
    if (issuer.type !== 'awspca') continue;
    const { arn, role } = issuer.awspca;
    if (role === undefined) need(arn, chooseTemplate(certificate, issuer).name);
    else roles.add(role);
  }
  const sorted = [...templates].map(([arn, names]) => [arn, [...names].sort()] as const);
  return { templates: new Map(sorted), roles: [...roles].sort() };
};

/** CAs that need the same templates share a statement: a role's policy has 10,240 characters. */
const groups = ({ templates }: Needed): readonly { readonly cas: string[]; readonly names: readonly string[] }[] => {
  const byTemplates = new Map<string, { cas: string[]; names: readonly string[] }>();
  for (const [arn, names] of [...templates].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const group = byTemplates.get(names.join(' ')) ?? { cas: [], names };
    group.cas.push(arn);
    byTemplates.set(names.join(' '), group);
  }
  return [...byTemplates.values()];
};

/** Negated operators hold for a request without a template too: it is denied. */
const issue = (needed: Needed): PolicyStatement[] =>
  groups(needed).flatMap(({ cas, names }, index) => {
    const condition = (operator: string) => ({ [operator]: { 'acm-pca:TemplateArn': names } });
    return [
      new PolicyStatement({
        sid: `IssueByTemplate${index + 1}`,
        actions: [ISSUE],
        resources: cas,
        conditions: condition('StringEquals'),
      }),
      new PolicyStatement({
        sid: `NoOtherTemplate${index + 1}`,
        effect: Effect.DENY,
        actions: [ISSUE],
        resources: cas,
        conditions: condition('StringNotEquals'),
      }),
    ];
  });

const read = (cas: readonly string[]): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'FetchPrivateCertificates',
    actions: [
      'acm-pca:DescribeCertificateAuthority',
      'acm-pca:GetCertificate',
      'acm-pca:GetCertificateAuthorityCertificate',
    ],
    resources: [...cas],
  }),
  new PolicyStatement({ sid: 'NoOtherPrivateCa', effect: Effect.DENY, actions: [ISSUE], notResources: [...cas] }),
];

/** Issue from the CAs that the declarations (and the setting `privateCas`) name, and take the roles of their issuers. */
export const allowPrivateCas = (role: IRole, catalogue: Catalogue, settings: ServiceSettings): void => {
  const needed = neededBy(catalogue, settings);
  const cas = [...needed.templates.keys()].sort();
  const statements = [
    ...issue(needed),
    ...(cas.length === 0 ? [] : read(cas)),
    ...(needed.roles.length === 0
      ? []
      : [
          new PolicyStatement({
            sid: 'AssumePrivateCaRoles',
            actions: ['sts:AssumeRole'],
            resources: [...needed.roles],
          }),
        ]),
  ];
  for (const statement of statements) role.addToPrincipalPolicy(statement);
};
