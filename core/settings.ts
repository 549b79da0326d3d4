// The settings of a deployed Evercert: one schema gives the types, defaults and checks for CDK, Lambda and tests alike.
// It must never know where settings are kept.
import * as z from 'zod';
import { ALARM_IDS } from './alarms/ids.ts';
import { NOTIFIED } from './facts/notified.ts';

const zone = z.object({
  /** Route53 hosted zone id, like Z0123456789ABC. */
  id: z.string().regex(/^Z[A-Z0-9]{1,31}$/, 'a hosted zone id looks like Z0123456789ABC'),
  /** The zone's name; without it, it is asked from Route53 once per container. */
  name: z.string().optional(),
});

const label = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens');

/** One cluster that certificates are delivered to. What is only needed to reach it may be left out where manifests are made. */
export const clusterSettings = z.strictObject({
  /** What declarations and people call it; `none` is what they call no cluster. */
  name: label.refine((name) => name !== 'none', 'none means no cluster'),
  /** Name of the EKS cluster, signed into each token; default: `name`. */
  eksName: z.string().optional(),
  /** Where it runs; default: the stack's Region. */
  region: z.string().optional(),
  /** Its account; default: the stack's. In another one the store takes on our reader role with the external id. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  externalId: z.string().min(2).max(1224).optional(),
  /** `https://...` of its API server. */
  endpoint: z.string().optional(),
  /** Of the API server: base64 of PEM, as EKS gives it. */
  certificateAuthorityData: z.string().optional(),
  /** The External Secrets Operator there: `CreateOrMerge` needs 2.8, older ones get `Owner`. */
  esoVersion: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/, 'a version looks like 2.9.0')
    .default('2.9.0'),
  /** One store for the cluster, or one in each namespace. */
  store: z
    .strictObject({
      kind: z.enum(['ClusterSecretStore', 'SecretStore']).default('ClusterSecretStore'),
      name: label.default('evercert'),
    })
    .prefault({}),
  /** How the operator (`operator`) or the store's own ServiceAccount comes by its role. */
  identity: z.enum(['pod-identity', 'irsa']).default('pod-identity'),
  /** Role that reads the secrets there (ARN); default: the one that the stack makes. Named in the manifests for IRSA. */
  readerRole: z.string().optional(),
  /** The operator's ServiceAccount. */
  operator: z
    .strictObject({ namespace: label.default('external-secrets'), serviceAccount: label.default('external-secrets') })
    .prefault({}),
  /** `session-tags`: a store hop whose session carries the namespace, and reads only the secrets of that namespace (ESO 2.5). */
  tenants: z.enum(['shared', 'session-tags']).default('shared'),
  /** ESO's own look, as a safety net beside the push. */
  refreshInterval: z
    .string()
    .regex(/^(\d+(h|m|s))+$/, 'a Go duration looks like 12h')
    .refine((text) => /[1-9]/.test(text), 'zero stops every refresh for good')
    .default('12h'),
});
export type ClusterSettings = z.infer<typeof clusterSettings>;
export type ClusterSettingsInput = z.input<typeof clusterSettings>;

/** ARN of what an alarm sets off beside its topic: another topic, an incident's response plan. */
const action = z.string().regex(/^arn:/, 'the ARN of an action');

/** What a stack is told (cdk.json context "evercert", or the properties of EvercertService). */
export const serviceSettings = z.object({
  /** Secrets are named `<prefix>/<namespace>/<certificate>`; also marks everything that belongs to this deployment. */
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)
    .default('evercert'),
  /** Minutes between two sweeps (EventBridge Scheduler rate). */
  sweepPeriodMinutes: z.number().int().min(1).max(60).default(5),
  /** Executions in flight at once. */
  inFlight: z.number().int().min(1).max(1000).default(100),
  /** Zones we may write `_acme-challenge.*` TXT into; none given: any zone of the account. */
  zones: z.array(zone).default([]),
  /** Delegation targets: zones in which any TXT name may be written. */
  validationZones: z.array(zone).default([]),
  /** IAM roles in other accounts that solvers may assume for Route53 (ARNs). */
  dnsRoles: z.array(z.string()).default([]),
  /** Private CAs (ARNs) that may be used although no declaration of the deployed folder names them. */
  privateCas: z
    .array(z.string().regex(/^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority\/[A-Za-z0-9-]{1,64}$/))
    .default([]),
  /** Namespace in which a ClusterIssuer's references lie. */
  clusterResourceNamespace: z.string().default('cert-manager'),
  /** What AWS allows this account a second: raise them with a raised quota. */
  quotas: z
    .object({
      /** Route53 API requests (Route 53 quotas). */
      route53PerSecond: z.number().positive().default(10),
      /** PutSecretValue, UpdateSecret and UpdateSecretVersionStage together (Secrets Manager quotas). */
      secretsWritesPerSecond: z.number().positive().default(50),
      /** Record changes of one hosted zone; AWS publishes no figure for it. */
      zoneChangesPerSecond: z.number().positive().default(5),
      /** IssueCertificate of ACM Private CA (its quotas). */
      privateCaIssuesPerSecond: z.number().positive().default(25),
    })
    .prefault({}),
  /** Looks at the public DNS before each order: delegation, CAA, aliases. `off` where the function sees another DNS than a CA. */
  preflight: z.enum(['on', 'off']).default('on'),
  /** Clusters that certificates are delivered to; annotations narrow that. */
  clusters: z
    .array(clusterSettings)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two clusters have the same name')
    .default([]),
  /** Other Regions that hold replicas of each secret, with the key there (ARN; default: the Region's own `aws/secretsmanager`). */
  replicas: z
    .array(z.strictObject({ region: z.string(), kmsKeyArn: z.string().optional() }))
    .refine((all) => new Set(all.map(({ region }) => region)).size === all.length, 'two replicas in the same Region')
    .default([]),
  /** Roles of other accounts (ARNs) that read secrets by each secret's own policy. */
  secretReaders: z.array(z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'a role ARN')).default([]),
  logRetentionDays: z.number().int().default(90),
  /** The CloudWatch dashboard, with the function that draws on it. */
  dashboard: z.enum(['on', 'off']).default('on'),
  /** Buttons on it, obeyed by a function of their own: whoever may call that may ask for renewals. */
  dashboardActions: z.boolean().default(false),
  /** Which facts people are told of by mail (docs/notifications.md), and on which topic; default: one of our own. */
  notifications: z
    .strictObject({
      facts: z.array(z.enum(NOTIFIED)).default([...NOTIFIED]),
      topicArn: z
        .string()
        .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/, 'the ARN of a topic')
        .optional(),
    })
    .prefault({}),
  /** When the same topic is told how the fleet is, once a week; `off`: never. */
  digest: z
    .union([
      z.literal('off'),
      z.strictObject({
        day: z.enum(['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']).default('MON'),
        hour: z.number().int().min(0).max(23).default(8),
        /** As the IANA database has it. */
        timeZone: z
          .string()
          .regex(/^[A-Za-z0-9_+/-]{1,50}$/)
          .default('UTC'),
      }),
    ])
    .prefault({}),
  /** Managed and overdue certificates by issuer too: at most 20 issuers, two metrics each. */
  metricsByIssuer: z.boolean().default(false),
  /** Alarms one by one, by the ids of core/alarms/table.ts: `off`, or another threshold. */
  alarms: z
    .partialRecord(z.enum(ALARM_IDS), z.union([z.literal('off'), z.strictObject({ threshold: z.number() })]))
    .default({}),
  /** What alarms set off beside the topic, by severity. */
  alarmActions: z.strictObject({ page: z.array(action).default([]), warn: z.array(action).default([]) }).prefault({}),
  /** Name of an alarm (metric or composite) during which nobody is paged; default: `maintenance` of our own. */
  suppressPagesBy: z.string().min(1).optional(),
});
/** What alarms are made by; functions are not told. */
export const ALARM_SETTINGS = { alarms: true, alarmActions: true, suppressPagesBy: true } as const;
export type ServiceSettings = z.infer<typeof serviceSettings>;
export type ServiceSettingsInput = z.input<typeof serviceSettings>;

/** What a function is told through its one environment variable EVERCERT_SETTINGS (JSON): the above and the deployed names. */
export const runtimeSettings = serviceSettings.omit({ clusters: true, ...ALARM_SETTINGS }).extend({
  tableName: z.string(),
  /** Of the setting `clusters`, names alone: the environment of a function holds 4 kB. */
  clusterNames: z.array(z.string()).default([]),
  /** The cluster of a sync function. */
  cluster: clusterSettings.optional(),
  eventBusName: z.string(),
  /** Only where it is needed (sweep). */
  stateMachineArn: z.string().optional(),
  /** Only where somebody is told something. */
  alarmTopicArn: z.string().optional(),
  notificationTopicArn: z.string().optional(),
  /** Names of what the watchdog looks at. */
  watched: z.object({ schedule: z.string(), sweepLog: z.string(), deadLettersUrl: z.string() }).optional(),
  /** The function that obeys the dashboard's buttons; only where it is needed (widget). */
  actFunctionArn: z.string().optional(),
  /** Only where it is needed (deployed). */
  sweepFunctionName: z.string().optional(),
  secretsKmsKeyArn: z.string().optional(),
  /** Resolvers `ip:port` for CNAME look-ups; none: the system's. */
  dnsServers: z.array(z.string()).default([]),
  /** Retry-free HTTP time-out towards the CA. */
  acmeTimeoutMs: z.number().int().default(15_000),
  version: z.string().default('0.1.0'),
});
export type RuntimeSettings = z.infer<typeof runtimeSettings>;
export type RuntimeSettingsInput = z.input<typeof runtimeSettings>;

export const sweepPeriodMs = (settings: Pick<ServiceSettings, 'sweepPeriodMinutes'>): number =>
  settings.sweepPeriodMinutes * 60_000;
