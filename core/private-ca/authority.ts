// What a CA of ACM Private CA allows: judged from its description, before a request is paid for. Pure.
import type { PrivateCaIssuerSpec } from '../declaration/issuer-model.ts';
import { issuerText } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import type { CaDescription } from './ports.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
/** cert-manager's, where no duration is declared. */
export const DEFAULT_DURATION_MS = 90 * DAY;
/** Private CA user guide, "CA modes". */
const SHORT_LIVED_MS = 7 * DAY;

const REMEDIES: Readonly<Record<string, string>> = {
  CREATING: 'it is still being made',
  PENDING_CERTIFICATE: 'its own certificate must be signed and imported first',
  DISABLED: 'enable it: aws acm-pca update-certificate-authority --status ACTIVE',
  EXPIRED: 'renew and import its own certificate',
  DELETED: 'restore it within its restoration period: aws acm-pca restore-certificate-authority',
  FAILED: 'make another one',
};

const wholeSeconds = (ms: number): Date => new Date(Math.floor(ms / SECOND) * SECOND);

const hours = (ms: number): string => `${Math.round(ms / HOUR)}h`;

/** PRIVATE_CA_UNUSABLE, with what to do about the status. */
export const demandActive = ({ status }: CaDescription, issuer: PrivateCaIssuerSpec): void => {
  if (status === 'ACTIVE') return;
  const remedy = REMEDIES[status] ?? 'look at it in the console';
  throw new EvercertError(
    'PRIVATE_CA_UNUSABLE',
    `${issuerText(issuer)}: the CA ${issuer.awspca.arn} is ${status}: ${remedy}`,
    { detail: { offenders: [status] } },
  );
};

/**
 * When the leaf is to end, to the second as Private CA takes it. PRIVATE_CA_SHORT_LIVED: the CA signs for seven days at
 * most; CA_ENDS_FIRST: the leaf would outlive its CA (unless the issuer clamps).
 */
export const leafEnd = (
  ca: CaDescription,
  {
    issuer,
    durationMs = DEFAULT_DURATION_MS,
    now,
  }: { issuer: PrivateCaIssuerSpec; durationMs?: number | undefined; now: Date },
): Date => {
  if (ca.usageMode === 'SHORT_LIVED_CERTIFICATE' && durationMs > SHORT_LIVED_MS)
    throw new EvercertError(
      'PRIVATE_CA_SHORT_LIVED',
      `${issuerText(issuer)}: the CA signs for 168h at most (SHORT_LIVED_CERTIFICATE), and ${hours(durationMs)} are asked`,
      { detail: { offenders: [hours(durationMs)] } },
    );
  const wanted = now.getTime() + durationMs;
  const end = ca.notAfter?.getTime() ?? Number.POSITIVE_INFINITY;
  if (wanted <= end) return wholeSeconds(wanted);
  if (issuer.awspca.clampToCa === true && end > now.getTime()) return wholeSeconds(end);
  throw new EvercertError(
    'CA_ENDS_FIRST',
    `${issuerText(issuer)}: the CA ends at ${new Date(end).toISOString()}, the certificate would end at ${new Date(wanted).toISOString()}`,
    { detail: { offenders: [new Date(end).toISOString()] } },
  );
};
