// The settings of a deployed Evercert: one schema gives the types, defaults and checks for CDK, Lambda and tests alike.
// It must never know where settings are kept.
import * as z from 'zod';

const zone = z.object({
  /** Route53 hosted zone id, like Z0123456789ABC. */
  id: z.string().regex(/^Z[A-Z0-9]{1,31}$/, 'a hosted zone id looks like Z0123456789ABC'),
  /** The zone's name; without it, it is asked from Route53 once per container. */
  name: z.string().optional(),
});

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
  logRetentionDays: z.number().int().default(90),
});
export type ServiceSettings = z.infer<typeof serviceSettings>;
export type ServiceSettingsInput = z.input<typeof serviceSettings>;

/** What a function is told through its one environment variable EVERCERT_SETTINGS (JSON): the above and the deployed names. */
export const runtimeSettings = serviceSettings.extend({
  tableName: z.string(),
  eventBusName: z.string(),
  /** Only where it is needed (sweep). */
  stateMachineArn: z.string().optional(),
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
