// Rows, targets and what people are shown of them, for tests of what is drawn. All instants are relative to one `NOW`.
import type { Delivery } from '#core/bridge/model.ts';
import type { CertificateRow, CurrentVersion, Progress, RowFailure, Work } from '#core/journey/row.ts';
import { askedSummary } from '#core/renewal/asked.ts';
import { certificateView } from '#core/view/certificate.ts';
import { countsOfAll, type FleetFacts, fleetView, livesOf } from '#core/view/fleet.ts';
import type { CertificateView, FleetView } from '#core/view/model.ts';
import { declaredCertificate } from './declared.ts';

export const NOW = new Date('2026-11-25T12:00:00.000Z');
const DAY_MS = 86_400_000;
/** Days from `NOW`, as an instant. */
export const day = (days: number): string => new Date(NOW.getTime() + days * DAY_MS).toISOString();

const declared = declaredCertificate({ name: 'web/shop' });

/** Ninety days long, of which `left` are left. */
export const currentWith = (left: number): CurrentVersion => ({
  versionId: 'v-1',
  fingerprint: 'ab'.repeat(32),
  serial: '04c1',
  notBefore: day(left - 90),
  notAfter: day(left),
  generation: 1,
  revision: 3,
  asked: askedSummary(declared),
});

export const workWith = (change: Partial<Work> = {}): Work => ({
  revision: 4,
  keyNumber: 1,
  generation: 1,
  attemptId: 'a-1',
  reason: { code: 'NearExpiry', message: 'due' },
  startedAt: day(-0.01),
  phase: 'issue',
  ...change,
});

export const failureWith = (change: Partial<RowFailure> = {}): RowFailure => ({
  code: 'DNS_NOT_DELEGATED',
  class: 'human',
  message:
    "_acme-challenge.shop.example.com is answered by ns1.other.net, not by zone Z123 (fix: put the hosted zone's four name servers into the parent zone (or at the registrar), or delegate _acme-challenge by CNAME into a zone that is delegated)",
  at: day(-0.1),
  count: 3,
  retryAt: day(0.5),
  generation: 1,
  ...change,
});

export const rowWith = (progress: Partial<Progress>, change: Partial<CertificateRow> = {}): CertificateRow => ({
  schema: 1,
  name: 'web/shop',
  uid: 'u-1',
  origin: 'declared',
  declared,
  generation: 1,
  run: 3,
  fence: 3,
  progress: { revision: 3, endedRun: 3, ...progress },
  ...change,
});

export const deliveryWith = (change: Partial<Delivery> = {}): Delivery => ({
  target: {
    certificate: 'web/shop',
    cluster: 'prod-eu',
    namespace: 'web',
    secret: 'shop-tls',
    kind: 'ExternalSecret',
  },
  edit: 1,
  wanted: { revision: 3, versionId: 'v-1', fingerprint: 'ab'.repeat(32), since: day(-1) },
  bumps: 1,
  ...change,
});

export const viewOf = (row: CertificateRow, deliveries: readonly Delivery[] = []): CertificateView =>
  certificateView({ row, deliveries, now: NOW });

/** A fleet of which every certificate was looked at. */
export const fleetOf = (views: readonly CertificateView[], change: Partial<FleetFacts> = {}): FleetView =>
  fleetView({
    service: 'evercert',
    now: NOW,
    sweepPeriodMs: 300_000,
    counts: countsOfAll(views, NOW),
    certificates: views,
    lives: livesOf(views),
    lastSweep: { completedAt: new Date(NOW.getTime() - 60_000).toISOString(), durationMs: 1200 },
    clusters: [],
    ...change,
  });
