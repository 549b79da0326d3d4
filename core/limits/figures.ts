// What is known of limits: Let's Encrypt's published ones, by directory host, and AWS's quotas. Pure figures. A CA that
// is not listed has only the limits that it tells (Retry-After), and our own bound on failures.
import type { Rate } from './bucket.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface CaFigures {
  /** New orders of one account. */
  readonly orders?: Rate;
  /** New certificates under one registered domain, over all accounts. */
  readonly perDomain?: Rate;
  /** Certificates for exactly the same names. */
  readonly perNameSet?: Rate;
  /** Failed authorizations of one name by one account. */
  readonly failures: Rate;
}

/** Three in any hour, of the five that Let's Encrypt allows: the others are a person's. */
const OUR_FAILURES: Rate = { capacity: 3, msPerToken: HOUR };

/** letsencrypt.org/docs/rate-limits (2026-08-05) and docs/staging-environment. */
const BY_HOST: Readonly<Record<string, CaFigures>> = {
  'acme-v02.api.letsencrypt.org': {
    orders: { capacity: 300, msPerToken: 36 * SECOND },
    perDomain: { capacity: 50, msPerToken: (7 * DAY) / 50 },
    perNameSet: { capacity: 5, msPerToken: (7 * DAY) / 5 },
    failures: OUR_FAILURES,
  },
  'acme-staging-v02.api.letsencrypt.org': {
    orders: { capacity: 1500, msPerToken: (3 * HOUR) / 1500 },
    // 200 an hour: 60 at once and 60 more in the hour stay well below.
    failures: { capacity: 60, msPerToken: MINUTE },
  },
};

const UNKNOWN: CaFigures = { failures: OUR_FAILURES };

export const caFigures = (directoryUrl: string): CaFigures =>
  BY_HOST[URL.parse(directoryUrl)?.hostname ?? ''] ?? UNKNOWN;

/** Requests a second that AWS allows one account; raised quotas are a setting (`quotas`). */
export interface AwsQuotas {
  readonly route53PerSecond: number;
  readonly secretsWritesPerSecond: number;
  readonly zoneChangesPerSecond: number;
  readonly privateCaIssuesPerSecond: number;
}

/** Route53: a bucket of 50 that fills at the quota (Route 53 quotas, 2026-07-30). */
export const route53Rate = ({ route53PerSecond }: AwsQuotas): Rate => ({
  capacity: Math.max(50, route53PerSecond),
  msPerToken: SECOND / route53PerSecond,
});

/**
 * Changes of one hosted zone: AWS publishes no figure. It works a zone's changes off one after the other and answers
 * PriorRequestNotComplete meanwhile; this is a pace at which that has not to be met.
 */
export const zoneRate = ({ zoneChangesPerSecond }: AwsQuotas): Rate => ({
  capacity: Math.max(50, zoneChangesPerSecond),
  msPerToken: SECOND / zoneChangesPerSecond,
});

/** Secrets Manager: PutSecretValue, UpdateSecret and UpdateSecretVersionStage together (its quotas). */
export const secretsRate = ({ secretsWritesPerSecond }: AwsQuotas): Rate => ({
  capacity: secretsWritesPerSecond,
  msPerToken: SECOND / secretsWritesPerSecond,
});

/** IssueCertificate of ACM Private CA (its quotas: 25 a second). */
export const privateCaRate = ({ privateCaIssuesPerSecond }: AwsQuotas): Rate => ({
  capacity: Math.max(1, privateCaIssuesPerSecond),
  msPerToken: SECOND / privateCaIssuesPerSecond,
});

/** What one issuance asks of them: one upsert, two looks at the change, one delete; key, bundle, AWSCURRENT and two labels. */
export const ROUTE53_CALLS = 4;
/** Of these, what changes each zone. */
export const ZONE_CHANGES = 2;
export const SECRETS_WRITES = 5;
