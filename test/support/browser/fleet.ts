// A fleet of every state and lateness, with names and texts that nobody should believe, for looking at its page. It must never
// be made by a journey: each row is as it would stand at `NOW`.
import type { Delivery } from '#core/bridge/model.ts';
import type { CertificateRow, Progress } from '#core/journey/row.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import type { LedgerLook } from '#local/cloud/ledger-look.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import { currentWith, day, deliveryWith, failureWith, NOW, rowWith, workWith } from '#test/support/view.ts';

/** Markup, ends of what stands around it, and letters that turn or hide others. */
export const HOSTILE = {
  markup: 'web/<img src=x onerror=document.title=1>',
  drawing: 'web/<svg onload="document.title=2"><script>document.title=3<\u002fscript>',
  style: 'web/</style><style>*{display:none}</style>',
  quotes: `web/" autofocus onfocus="document.title=4" x='`,
  turned: 'web/\u202egnp.exe\u202c-\u200bhidden',
  terminal: 'web/\u001b[31mred\u001b[0m\u0007',
  long: `web/${'a-very-long-name.'.repeat(15).slice(0, 248)}z`,
} as const;

const row = (name: string, progress: Partial<Progress>, change: Partial<CertificateRow> = {}): CertificateRow => ({
  ...rowWith(progress, change),
  name,
  uid: `u-${name}`,
  declared: declaredCertificate({ name }),
});

/** At a third of the life, but for what `left` says. */
const healthy = (name: string, left: number): CertificateRow =>
  row(name, { current: currentWith(left), renewAt: day(left - 30) });

const STATES: readonly CertificateRow[] = [
  row('pay/expired', { current: currentWith(-2), renewAt: day(-32), failure: failureWith({ count: 41 }) }),
  row('pay/emergency', { current: currentWith(2), renewAt: day(-28), failure: failureWith({ count: 12 }) }),
  row('pay/critical', { current: currentWith(9), renewAt: day(-21) }),
  row('pay/warning', { current: currentWith(18), renewAt: day(-12) }),
  row('web/failing', {
    failure: failureWith({ code: 'DNS_NO_ZONE', message: 'no public hosted zone of ours covers shop.example.org' }),
  }),
  row('web/drifted', {
    current: currentWith(70),
    renewAt: day(40),
    drift: {
      kind: 'LabelMoved',
      seen: 'v-9',
      message: 'AWSCURRENT is on a version that Evercert did not write',
      since: day(-0.2),
      lastSeenAt: day(-0.1),
      occurrence: 1,
    },
  }),
  row('web/renewing', { current: currentWith(29.9), renewAt: day(-0.1), work: workWith() }, { run: 4 }),
  row(
    'web/issuing',
    { work: workWith({ reason: { code: 'SecretMissing', message: 'nothing is there yet' } }) },
    { run: 4 },
  ),
  healthy('web/lagging', 61),
  healthy('web/shop', 60),
  healthy('web/blog', 52.5),
  healthy('web/calm', 31),
  row('web/gone', { current: currentWith(5) }, { retiredAt: day(-3) }),
];

const strange = (): readonly CertificateRow[] =>
  Object.values(HOSTILE).map((name, index) =>
    row(name, {
      current: currentWith(40 + index),
      renewAt: day(10 + index),
      ...(index % 2 === 0 ? { failure: failureWith({ message: name.repeat(3), count: index + 1 }) } : {}),
    }),
  );

const record = (name: string, daysAgo: number, change: Partial<OutcomeRecord>): OutcomeRecord => ({
  id: `${name}-${daysAgo}`,
  name,
  uid: `u-${name}`,
  at: day(-daysAgo),
  kind: 'issued',
  generation: 1,
  revision: 1,
  ...change,
});

const HISTORY: readonly OutcomeRecord[] = [
  record('web/shop', 90, { reason: 'SecretMissing', fingerprint: 'cd'.repeat(32), notAfter: day(0) }),
  record('web/shop', 31, { kind: 'failed', code: 'CA_UNREACHABLE', message: 'the CA did not answer within 10 s' }),
  record('web/shop', 30, { reason: 'NearExpiry', revision: 2, fingerprint: 'ab'.repeat(32), notAfter: day(60) }),
];

const target = (certificate: string, cluster: string, namespace: string) => ({
  ...deliveryWith().target,
  certificate,
  cluster,
  namespace,
});

const arrived = {
  versionId: 'v-1',
  fingerprint: 'ab'.repeat(32),
  serial: '04c1',
  notAfter: day(60),
  at: day(-0.9),
  afterMs: 4_200,
};

const DELIVERIES: readonly Delivery[] = [
  deliveryWith({ target: target('web/shop', 'prod-eu', 'web'), confirmed: arrived }),
  deliveryWith({ target: target('web/shop', 'prod-us', 'web'), confirmed: arrived }),
  deliveryWith({
    target: target('web/lagging', 'prod-us', 'web'),
    failure: {
      code: 'CLUSTER_UNREACHABLE',
      message: 'the API server of prod-us did not answer within 5 s',
      at: day(-0.01),
      count: 6,
    },
    tryAt: day(0.01),
  }),
];

/** The fleet at `NOW`, with or without those that are not to be believed. */
export const fleetLook = (change: { readonly hostile: boolean; readonly without?: string }): LedgerLook => {
  const rows = [...STATES, ...(change.hostile ? strange() : [])].filter(({ name }) => name !== change.without);
  return {
    rows: new Map(rows.map((one) => [one.name, one])),
    history: HISTORY,
    deliveries: Map.groupBy(DELIVERIES, ({ target: { certificate } }) => certificate),
    wantedAt: day(-1),
    lastSweep: { completedAt: new Date(NOW.getTime() - 40_000).toISOString(), durationMs: 1_900 },
  };
};

/** Three certificates, all of them well. */
export const calmLook = (): LedgerLook => ({
  ...fleetLook({ hostile: false }),
  rows: new Map(['web/shop', 'web/blog', 'web/calm'].map((name, index) => [name, healthy(name, 45 + 7 * index)])),
});

export { NOW };
