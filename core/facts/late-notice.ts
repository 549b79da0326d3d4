// What a person is told of a certificate that is overdue, about to expire, or expired. Pure.
import type { Lateness } from '../health/life.ts';
import { type Notice, plainNotice, readable, runbookAt } from './notice.ts';

export interface LateFact {
  readonly certificate: string;
  readonly lateness: Lateness;
  readonly renewAt: string;
  readonly notAfter: string;
}

const TITLES: Readonly<Partial<Record<Lateness, string>>> = {
  'overdue-warning': 'its renewal is overdue',
  'overdue-critical': 'its renewal is long overdue',
  emergency: 'it is about to expire',
  expired: 'it has expired',
};
const HEADINGS: Readonly<Partial<Record<Lateness, string>>> = {
  'overdue-warning': 'CERTIFICATE_OVERDUE_WARNING',
  expired: 'CERTIFICATE_EXPIRED',
};

export const lateNotice = ({ certificate, lateness, renewAt, notAfter }: LateFact): Notice =>
  plainNotice({
    title: `${certificate}: ${TITLES[lateness] ?? 'it is due'}`,
    what: `it should have been renewed at ${readable(renewAt)} and ends at ${readable(notAfter)}`,
    still:
      lateness === 'expired'
        ? 'nothing: clients refuse it; other certificates are not concerned'
        : `the current certificate, until ${readable(notAfter)}`,
    next: 'it is tried again and again, up to once an hour the nearer its end',
    fix: 'do what its last event Evercert Certificate Failed says; where there is none, follow its last attempt (docs/logs.md)',
    runbook: runbookAt(HEADINGS[lateness] ?? 'CERTIFICATE_OVERDUE_CRITICAL'),
  });
