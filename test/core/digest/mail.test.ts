// The weekly mail, word for word.
import { describe, expect, it } from 'vitest';
import { digestMail } from '#core/digest/mail.ts';
import { monthlySpend } from '#core/digest/spend.ts';
import { weekOf } from '#core/digest/week.ts';
import type { CertificateView, FleetView } from '#core/view/model.ts';

const calm: FleetView = {
  service: 'evercert',
  at: '2026-11-30T08:00:00.000Z',
  counts: {
    managed: 10_000,
    ready: 10_000,
    failing: 0,
    overdueWarning: 0,
    overdueCritical: 0,
    expired: 0,
    dueIn24h: 170,
  },
  isCounted: true,
  lastSweep: { completedAt: '2026-11-30T07:58:12.000Z', durationMs: 900, periodMs: 300_000 },
  attention: [],
  more: 0,
  others: [],
  othersMore: 10_000,
  weeks: [],
  later: 0,
  nextExpiry: { name: 'shop/web', notAfter: '2026-12-20T09:12:44.000Z' },
  clusters: [],
};

const web: CertificateView = {
  name: 'shop/web',
  issuer: 'ClusterIssuer/letsencrypt',
  names: ['shop.example.com'],
  state: 'failing',
  lateness: 'overdue-warning',
  current: {
    notBefore: '2026-09-21T09:12:44.000Z',
    notAfter: '2026-12-20T09:12:44.000Z',
    renewAt: '2026-11-20T09:12:44.000Z',
    warnAt: '2026-11-29T09:12:44.000Z',
    criticalAt: '2026-12-08T09:12:44.000Z',
    remainingPercent: 22,
    serial: '04c1',
    fingerprint: 'a'.repeat(64),
    versionId: 'b'.repeat(64),
  },
  next: { what: 'needs a person; tried again by itself', at: '2026-12-01T07:00:00.000Z' },
  problem: {
    code: 'CAA_FORBIDS',
    message: 'example.com. CAA 0 issue "digicert.com" forbids letsencrypt.org',
    fix: 'add a CAA record that allows the CA',
    since: '2026-11-30T07:00:00.000Z',
    tries: 11,
    nextTryAt: '2026-12-01T07:00:00.000Z',
  },
  deliveries: [],
};

const spend = monthlySpend({ secrets: 10_000, copies: 0, clusters: 0, metricsByIssuer: false });

describe('the weekly digest', () => {
  it('of a healthy fleet is short', () => {
    expect(digestMail({ fleet: calm, week: { begun: 1204, due: 1190, codes: [] }, spend })).toEqual({
      subject: 'Evercert (evercert): all is well; 1,204 issued or renewed last week',
      text: `Evercert (evercert), the week to 2026-11-30: all is well.

Certificates:                 10,000, 10,000 of them with a valid certificate
Issued or renewed, last week: 1,204
To be renewed, next week:     1,190
Failing / overdue / expired:  0 / 0 / 0
Ends next, if nothing is done: shop/web, 2026-12-20 09:12Z
Last sweep:                   2026-11-30 07:58Z

Nothing wants attention.

Spend, about, a month: 4,002.00 USD for secrets and keys; at most 20.00 for alarms, metrics and dashboard. Private CAs, and what readers call, are not in it.
What each code means and what to do: docs/runbook.md
`,
    });
  });

  it('says what wants attention: why, what still works until when, what comes next, and the fix', () => {
    const pay: CertificateView = {
      ...web,
      name: 'shop/pay',
      state: 'ready',
      lateness: 'in-time',
      next: { what: 'is renewed', at: '2027-01-20T09:12:44.000Z' },
      drift: { kind: 'LabelMoved', message: 'AWSCURRENT lies elsewhere', since: '2026-11-29T10:00:00.000Z' },
    };
    const { problem: _none, ...drifted } = pay;
    const fleet: FleetView = {
      ...calm,
      counts: { ...calm.counts, ready: 9_999, failing: 1, overdueWarning: 1 },
      attention: [web, drifted],
      more: 3,
      clusters: [
        { name: 'blue', unconfirmed: 0, oldestSeconds: 0 },
        { name: 'green', unconfirmed: 2, oldestSeconds: 2_100 },
      ],
    };
    const week = weekOf({ lives: [], attention: fleet.attention }, new Date(fleet.at));
    const { subject, text } = digestMail({ fleet, week, spend });
    expect(subject).toBe('Evercert (evercert): 5 certificates want attention; 0 issued or renewed last week');
    expect(text).toContain(`Failing / overdue / expired:  1 / 1 / 0
Failing or waiting by code:   CAA_FORBIDS 1
Ends next, if nothing is done: shop/web, 2026-12-20 09:12Z
Clusters:                     blue holds all; green lacks 2, the oldest for 35 minutes
Last sweep:                   2026-11-30 07:58Z

What wants attention, the most urgent first:

1. shop/web (ClusterIssuer/letsencrypt): overdue; CAA_FORBIDS, 11 tries
   example.com. CAA 0 issue 'digicert.com' forbids letsencrypt.org
   still: valid until 2026-12-20 09:12Z
   next: needs a person; tried again by itself, 2026-12-01 07:00Z
   fix: add a CAA record that allows the CA
2. shop/pay (ClusterIssuer/letsencrypt): changed by somebody else (LabelMoved)
   still: valid until 2026-12-20 09:12Z
   next: is renewed, 2027-01-20 09:12Z
... and 3 more.
`);
  });

  it('keeps each text of the fleet on its line, and the subject printable', () => {
    const hostile = { ...web, name: 'shop/w\r\nBcc: all@example.com\u001B[2J' };
    const fleet = { ...calm, service: 'ä'.repeat(200), attention: [hostile] };
    const { subject, text } = digestMail({ fleet, week: { begun: 1, due: 0, codes: [] }, spend });
    expect(subject).toMatch(/^[ -~]{100}$/);
    expect(text).toContain('\n1. shop/w Bcc: all@example.com [2J (ClusterIssuer/letsencrypt)');
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('says so where the rows have never been counted, and no sweep has completed', () => {
    const { lastSweep: _none, ...fleet } = { ...calm, isCounted: false };
    const { text } = digestMail({ fleet, week: { begun: 0, due: 0, codes: [] }, spend });
    expect(text).toContain('Certificates:                 not counted yet\n');
    expect(text).toContain('Last sweep:                   none has completed\n');
  });
});

describe('the week', () => {
  it('counts what began in the seven days before, and what is due in the seven after', () => {
    const life = { uid: 'u', versionId: 'v', issuer: 'Issuer/ca', notAfter: '2027-06-01T00:00:00.000Z' };
    const lives = [
      { ...life, name: 'a/1', notBefore: '2026-11-23T07:59:59.999Z', renewAt: '2026-12-07T08:00:00.000Z' },
      { ...life, name: 'a/2', notBefore: '2026-11-23T08:00:00.000Z', renewAt: '2026-12-07T08:00:00.001Z' },
      { ...life, name: 'a/3', notBefore: '2026-11-29T08:00:00.000Z', renewAt: '2026-11-01T00:00:00.000Z' },
    ];
    expect(weekOf({ lives, attention: [] }, new Date('2026-11-30T08:00:00.000Z'))).toEqual({
      begun: 2,
      due: 2,
      codes: [],
    });
  });
});

describe('the spend', () => {
  it('grows with the secrets and their replicas, and with nothing else of the fleet', () => {
    const few = { secrets: 100, copies: 2, clusters: 0, metricsByIssuer: false };
    expect(monthlySpend(few)).toEqual({ secrets: 120, keys: 2, watchingAtMost: 20 });
    const seenMore = { ...few, clusters: 3, metricsByIssuer: true };
    expect(monthlySpend(seenMore)).toEqual({ secrets: 120, keys: 2, watchingAtMost: 38 });
  });
});
