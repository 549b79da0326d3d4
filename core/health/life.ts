// How late a certificate is, measured by its own lifetime: fixed days mean nothing at 160 hours. Pure; operations table
// "our thresholds": R is what is left of the certificate when it should be renewed.

/** Instants are ISO 8601. */
export interface Life {
  readonly notBefore: string;
  readonly notAfter: string;
  /** When it should be renewed; absent (renewal disabled): a third of the lifetime before the end, half below ten days. */
  readonly renewAt?: string;
}

/** In the order of urgency, the worst last. `due`: its time has come and it is not late yet. */
export const LATENESS = ['in-time', 'due', 'overdue-warning', 'overdue-critical', 'emergency', 'expired'] as const;
export type Lateness = (typeof LATENESS)[number];

/** When each begins. `emergencyAt`: a tenth of R before the end. */
export interface Thresholds {
  readonly renewAt: Date;
  readonly warnAt: Date;
  readonly criticalAt: Date;
  readonly emergencyAt: Date;
  readonly expiresAt: Date;
}

const DAY_MS = 24 * 60 * 60_000;
const SHORT_MS = 10 * DAY_MS;
const [WARN, CRITICAL, EMERGENCY] = [0.3, 0.6, 0.9];

/** By default renewed with a third of the lifetime left, half below ten days. */
const usualRenewal = (begin: number, end: number): number => {
  const lifetime = end - begin;
  return end - lifetime / (lifetime < SHORT_MS ? 2 : 3);
};

export const thresholdsOf = ({ notBefore, notAfter, renewAt }: Life): Thresholds => {
  const [begin, end] = [new Date(notBefore).getTime(), new Date(notAfter).getTime()];
  const planned = renewAt === undefined ? usualRenewal(begin, end) : new Date(renewAt).getTime();
  const renewal = Math.min(planned, end);
  const at = (share: number): Date => new Date(renewal + (end - renewal) * share);
  return {
    renewAt: new Date(renewal),
    warnAt: at(WARN),
    criticalAt: at(CRITICAL),
    emergencyAt: at(EMERGENCY),
    expiresAt: new Date(end),
  };
};

export const latenessAt = (life: Life, now: Date): Lateness => {
  const { renewAt, warnAt, criticalAt, emergencyAt, expiresAt } = thresholdsOf(life);
  if (now >= expiresAt) return 'expired';
  if (now >= emergencyAt) return 'emergency';
  if (now >= criticalAt) return 'overdue-critical';
  if (now >= warnAt) return 'overdue-warning';
  return now >= renewAt ? 'due' : 'in-time';
};

/** 0 to 100: how much of the lifetime is left. */
export const remainingPercent = ({ notBefore, notAfter }: Life, now: Date): number => {
  const [begin, end] = [new Date(notBefore).getTime(), new Date(notAfter).getTime()];
  return end <= begin ? 0 : Math.min(100, Math.max(0, (100 * (end - now.getTime())) / (end - begin)));
};
