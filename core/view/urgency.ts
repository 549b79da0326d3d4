// Which certificate a person should look at first. Pure.
import type { CertificateView } from './model.ts';

/** The most urgent first; `calm`: nobody need look. */
export const URGENCIES = [
  'expired',
  'emergency',
  'critical',
  'warning',
  'failing',
  'drifted',
  'not-delivered',
  'calm',
] as const;
export type Urgency = (typeof URGENCIES)[number];

/** It waits for others, and for a person to put the CA's pair where it is looked for. */
const needsIssuer = ({ state, problem }: CertificateView): boolean =>
  state === 'waiting' && problem?.code === 'ISSUER_NOT_READY';

export const urgencyOf = (view: CertificateView): Urgency => {
  const { state, lateness, drift, deliveries } = view;
  if (state === 'retired') return 'calm';
  if (state === 'expired' || lateness === 'expired') return 'expired';
  if (lateness === 'emergency') return 'emergency';
  if (lateness === 'overdue-critical') return 'critical';
  if (lateness === 'overdue-warning') return 'warning';
  if (state === 'failing' || needsIssuer(view)) return 'failing';
  if (drift !== undefined) return 'drifted';
  return deliveries.some((delivery) => delivery.state === 'lagging') ? 'not-delivered' : 'calm';
};

export const wantsAttention = (view: CertificateView): boolean => urgencyOf(view) !== 'calm';

/** The first to end first; what has nothing that works yet before all others. */
const endOf = ({ current }: CertificateView): string => current?.notAfter ?? '';

/** For `sort`: urgency, then the end of what works, then the name. */
export const byUrgency = (a: CertificateView, b: CertificateView): number => {
  const [left, right] = [a, b].map((view) => URGENCIES.indexOf(urgencyOf(view))) as [number, number];
  if (left !== right) return left - right;
  if (endOf(a) !== endOf(b)) return endOf(a) < endOf(b) ? -1 : 1;
  return a.name < b.name ? -1 : 1;
};
