// What one certificate of ACM Private CA takes from the limits. Pure.
import type { Bucket, Take } from '../limits/bucket.ts';
import { type AwsQuotas, privateCaRate, SECRETS_WRITES, secretsRate } from '../limits/figures.ts';
import type { CaAccess } from './ports.ts';

/** IssueCertificate is counted for the caller's account and the region (Private CA quotas): all CAs there share it. */
export const issueBucket = ({ region, role = 'own' }: CaAccess, quotas: AwsQuotas): Bucket => ({
  id: `privateca#${region}#${role}`,
  words: `certificates of ACM Private CA in ${region} (${role})`,
  rate: privateCaRate(quotas),
});

export const issueTakes = (access: CaAccess, quotas: AwsQuotas): readonly Take[] => [
  { bucket: issueBucket(access, quotas), tokens: 1 },
  {
    bucket: { id: 'secrets', words: 'writes to Secrets Manager', rate: secretsRate(quotas) },
    tokens: SECRETS_WRITES,
  },
];
