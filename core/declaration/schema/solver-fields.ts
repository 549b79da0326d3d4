// Every field of `acme.solvers[]` (cert-manager 1.21): Route53 is ours, the others are read so that Route53 can stand
// in for them. It must never know how a solver is chosen.
import { ANY, type Fields, INTEGER, REQUIRED_TEXT, SECRET_KEY, TEXT, TEXT_MAP, TEXTS } from './field.ts';
import { POD_TEMPLATE } from './pod-template-fields.ts';

const STAND_IN = {
  status: 'no-effect',
  code: 'SOLVER_STAND_IN',
  reason: 'Evercert solves by Route53 DNS-01: the names must lie in a zone that it may write to',
} as const;
const KEYS = 'Evercert uses the role of its function; name a role in route53.role for another account';

const SERVICE_ACCOUNT = {
  is: 'object',
  fields: {
    kubernetes: {
      is: 'object',
      fields: { serviceAccountRef: { is: 'object', fields: { name: TEXT, audiences: TEXTS } } },
    },
  },
  status: 'refused',
  reason: KEYS,
} as const;

const ROUTE53 = {
  region: TEXT,
  hostedZoneID: TEXT,
  role: TEXT,
  accessKeyID: { is: 'text', status: 'refused', reason: KEYS },
  accessKeyIDSecretRef: { ...SECRET_KEY, status: 'refused', reason: KEYS },
  secretAccessKeySecretRef: { ...SECRET_KEY, status: 'refused', reason: KEYS },
  auth: SERVICE_ACCOUNT,
} as const satisfies Fields;

const AZURE = {
  subscriptionID: TEXT,
  resourceGroupName: TEXT,
  hostedZoneName: TEXT,
  environment: TEXT,
  zoneType: TEXT,
  clientID: TEXT,
  clientSecretSecretRef: SECRET_KEY,
  tenantID: TEXT,
  managedIdentity: { is: 'object', fields: { clientID: TEXT, resourceID: TEXT, tenantID: TEXT } },
} as const satisfies Fields;

/** The providers beside Route53, for which it stands in. */
export const OTHER_PROVIDERS = {
  acmeDNS: { is: 'object', fields: { host: TEXT, accountSecretRef: SECRET_KEY }, ...STAND_IN },
  akamai: {
    is: 'object',
    fields: {
      serviceConsumerDomain: TEXT,
      accessTokenSecretRef: SECRET_KEY,
      clientSecretSecretRef: SECRET_KEY,
      clientTokenSecretRef: SECRET_KEY,
    },
    ...STAND_IN,
  },
  azureDNS: { is: 'object', fields: AZURE, ...STAND_IN },
  cloudDNS: {
    is: 'object',
    fields: { project: TEXT, hostedZoneName: TEXT, serviceAccountSecretRef: SECRET_KEY },
    ...STAND_IN,
  },
  cloudflare: {
    is: 'object',
    fields: { email: TEXT, apiKeySecretRef: SECRET_KEY, apiTokenSecretRef: SECRET_KEY },
    ...STAND_IN,
  },
  digitalocean: { is: 'object', fields: { tokenSecretRef: SECRET_KEY }, ...STAND_IN },
  rfc2136: {
    is: 'object',
    fields: {
      nameserver: TEXT,
      protocol: TEXT,
      tsigAlgorithm: TEXT,
      tsigKeyName: TEXT,
      tsigSecretSecretRef: SECRET_KEY,
    },
    ...STAND_IN,
  },
  webhook: { is: 'object', fields: { groupName: TEXT, solverName: TEXT, config: ANY }, ...STAND_IN },
} as const satisfies Fields;

const PARENT_REFS = {
  is: 'list',
  of: {
    is: 'object',
    fields: { group: TEXT, kind: TEXT, name: TEXT, namespace: TEXT, port: INTEGER, sectionName: TEXT },
  },
} as const;

const HTTP01 = {
  ingress: {
    is: 'object',
    fields: {
      class: TEXT,
      ingressClassName: TEXT,
      name: TEXT,
      serviceType: TEXT,
      podTemplate: POD_TEMPLATE,
      ingressTemplate: {
        is: 'object',
        fields: { metadata: { is: 'object', fields: { annotations: TEXT_MAP, labels: TEXT_MAP } } },
      },
    },
  },
  gatewayHTTPRoute: {
    is: 'object',
    fields: { labels: TEXT_MAP, parentRefs: PARENT_REFS, serviceType: TEXT, podTemplate: POD_TEMPLATE },
  },
} as const satisfies Fields;

export const SOLVER = {
  selector: { is: 'object', fields: { dnsNames: TEXTS, dnsZones: TEXTS, matchLabels: TEXT_MAP } },
  dns01: {
    is: 'object',
    fields: {
      cnameStrategy: { is: 'text', oneOf: ['None', 'Follow'] },
      route53: { is: 'object', fields: ROUTE53 },
      ...OTHER_PROVIDERS,
      nameservers: {
        is: 'list',
        of: TEXT,
        status: 'refused',
        reason: 'Evercert asks Route53 itself whether a record is in place',
      },
    },
  },
  http01: { is: 'object', fields: HTTP01, ...STAND_IN },
  waitInsteadOfSelfCheck: {
    is: 'text',
    status: 'refused',
    reason: 'Evercert asks Route53 itself whether a record is in place',
  },
} as const satisfies Fields;

/** Where the ACME account key lies. */
export const SECRET_REFERENCE = {
  is: 'object',
  required: true,
  reason: 'name: the Secret of the ACME account key, any name that is free',
  fields: { name: REQUIRED_TEXT, key: TEXT },
} as const;
