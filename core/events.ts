// THE table of facts: each past-tense fact, its event, its log line, the metric that counts it and the alarms that it has a
// part in. It must never know the bus. What each event holds: core/facts/details.ts; published: docs/events/.
import type { DetailOf, FactKind } from './facts/details.ts';
import { driftedNotice, failedNotice } from './facts/notice.ts';
import type { OutcomeRecord } from './journey/rows.ts';

export type { FactKind };

export const EVENT_SOURCE = 'evercert';

export interface Fact {
  /** Never changes; a name that says the same as ACM's is ACM's with our own first word. */
  readonly detailType: `Evercert ${string}`;
  /** Of the detail: grows only with a change that an old reader would misread. */
  readonly schema: 1;
  readonly means: string;
  /** Recorded in the ledger once, with the change that it is about; the event's id is the record's. */
  readonly isOutcome: boolean;
  /** Said as it is published (core/facts/said.ts); of deliveries: by the sync function, in words of its own. */
  readonly log: { readonly level: 'info' | 'warn'; readonly message: string };
  /** `event`: one more with each event, in its own log line; else in the lines of that function. */
  readonly metric: { readonly name: string; readonly by: 'event' | 'sweep' | 'sync' };
  /** Ids of core/alarms/table.ts. */
  readonly alarms: readonly string[];
}

const info = (message: string): Fact['log'] => ({ level: 'info', message });
const warn = (message: string): Fact['log'] => ({ level: 'warn', message });
const each = (name: string): Fact['metric'] => ({ name, by: 'event' });
const outcome = { schema: 1, isOutcome: true } as const;
const seen = { schema: 1, isOutcome: false } as const;

export const FACTS = {
  issued: {
    ...outcome,
    detailType: 'Evercert Certificate Issued',
    means: 'A certificate is current for the first time, or anew because its declaration or its secret changed.',
    log: info('certificate issued'),
    metric: each('Issued'),
    alarms: [],
  },
  renewed: {
    ...outcome,
    detailType: 'Evercert Certificate Renewed',
    means: 'The next certificate is current, before the last one ended or because a person asked for it.',
    log: info('certificate renewed'),
    metric: each('Renewed'),
    alarms: [],
  },
  failed: {
    ...outcome,
    detailType: 'Evercert Certificate Failed',
    means: 'An attempt has failed; what is current stays current.',
    log: warn('certificate not issued'),
    metric: each('Failed'),
    alarms: ['certificates-failing', 'issuer-outage'],
  },
  superseded: {
    ...outcome,
    detailType: 'Evercert Certificate Superseded',
    means: 'An attempt was given up because its declaration changed meanwhile; the change has its own outcome.',
    log: info('attempt superseded'),
    metric: each('Superseded'),
    alarms: [],
  },
  retired: {
    ...outcome,
    detailType: 'Evercert Certificate Retired',
    means: 'Its declaration is gone: it is renewed no more, and its secret stays as it is.',
    log: info('certificate retired'),
    metric: each('Retired'),
    alarms: [],
  },
  drifted: {
    ...outcome,
    detailType: 'Evercert Certificate Drifted',
    means: 'Its secret is not as Evercert left it.',
    log: warn('secret changed by somebody else'),
    metric: { name: 'Drifted', by: 'sweep' },
    alarms: ['secret-drifted'],
  },
  adopted: {
    ...outcome,
    detailType: 'Evercert Certificate Adopted',
    means:
      'A certificate that was found in its secret, or brought from cert-manager, is renewed by Evercert from now on.',
    log: info('certificate adopted'),
    metric: each('Adopted'),
    alarms: [],
  },
  /** Another encoding, format, keystore, password or `ca.crt`. */
  rendered: {
    ...outcome,
    detailType: 'Evercert Certificate Rendered',
    means: 'The same certificate is current in a new version of its secret.',
    log: info('certificate rendered anew'),
    metric: each('Rendered'),
    alarms: [],
  },
  overdue: {
    ...seen,
    detailType: 'Evercert Certificate Overdue',
    means:
      'It should have been renewed, and three (overdue-warning) or six tenths (overdue-critical) of the time are gone.',
    log: warn('a certificate is overdue'),
    metric: { name: 'OverdueWarning', by: 'sweep' },
    alarms: ['overdue-warning', 'overdue-critical'],
  },
  approaching: {
    ...seen,
    detailType: 'Evercert Certificate Approaching Expiration',
    means: 'A tenth of the time to renew it is left.',
    log: warn('a certificate is about to expire'),
    metric: { name: 'OverdueCritical', by: 'sweep' },
    alarms: ['overdue-critical'],
  },
  expired: {
    ...seen,
    detailType: 'Evercert Certificate Expired',
    means: 'What is current has expired: clients refuse it.',
    log: warn('a certificate has expired'),
    metric: { name: 'Expired', by: 'sweep' },
    alarms: ['expired'],
  },
  delivered: {
    ...seen,
    detailType: 'Evercert Certificate Delivered',
    means: 'A cluster holds a version, as proven by what it shows.',
    log: info('delivered'),
    metric: { name: 'Delivered', by: 'sync' },
    alarms: [],
  },
  undelivered: {
    ...seen,
    detailType: 'Evercert Certificate Not Delivered',
    means: 'A cluster does not hold what it should; told once a version and target.',
    log: warn('not delivered yet'),
    metric: { name: 'NotDelivered', by: 'sync' },
    alarms: ['deliveries-lagging'],
  },
  lagging: {
    ...seen,
    detailType: 'Evercert Delivery Lagging',
    means: 'Targets of clusters are due to be looked at: wakes the sync functions that `clusters` names.',
    log: info('clusters woken'),
    metric: { name: 'DeliveryLagging', by: 'sweep' },
    alarms: ['deliveries-lagging'],
  },
} as const satisfies Readonly<Record<FactKind, Fact>>;

export const FACT_KINDS = Object.keys(FACTS) as readonly FactKind[];

/** Fact -> EventBridge detail-type. `superseded` is told too: the change that replaced it has its own outcome. */
export const DETAIL_TYPES = Object.fromEntries(FACT_KINDS.map((kind) => [kind, FACTS[kind].detailType])) as {
  readonly [Kind in FactKind]: (typeof FACTS)[Kind]['detailType'];
};

export const factOf = (detailType: string): FactKind | undefined =>
  FACT_KINDS.find((kind) => FACTS[kind].detailType === detailType);

/** The events by which a cluster's sync function is woken, where their `clusters` names it; a drift: where it was repaired. */
export const SYNC_DETAIL_TYPES = (['issued', 'renewed', 'adopted', 'rendered', 'drifted', 'lagging'] as const).map(
  (kind) => DETAIL_TYPES[kind],
);

export interface ResultEvent {
  readonly detailType: (typeof DETAIL_TYPES)[keyof typeof DETAIL_TYPES];
  readonly at: Date;
  readonly detail: Readonly<Record<string, unknown>> & {
    readonly schema: 1;
    readonly id: string;
    /** Of events about one. */
    readonly certificate?: string;
    /** Clusters that it concerns: a rule for each cluster matches by it. */
    readonly clusters?: readonly string[];
  };
}

/** The event of a fact, of the shape that the table publishes for it. */
export const factEvent = <Kind extends FactKind>(
  kind: Kind,
  { at, ...detail }: Omit<DetailOf<Kind>, 'schema' | 'at'> & { readonly at: Date },
): ResultEvent => ({
  detailType: DETAIL_TYPES[kind],
  at,
  detail: { schema: FACTS[kind].schema, ...detail, at: at.toISOString() } as ResultEvent['detail'],
});

/** Reasons that tell more than that something was issued. */
const BY_REASON: Readonly<Record<string, FactKind>> = {
  NearExpiry: 'renewed',
  RenewRequested: 'renewed',
  Adopted: 'adopted',
  OutputsChanged: 'rendered',
};

/** Which fact a record is: what was issued is told by its reason. */
export const factOfRecord = ({ kind, reason = '' }: Pick<OutcomeRecord, 'kind' | 'reason'>): FactKind =>
  (kind === 'issued' ? BY_REASON[reason] : undefined) ?? kind;

const noticeOf = ({ name: certificate, ...record }: OutcomeRecord) => {
  if (record.kind === 'failed') return { notice: failedNotice({ certificate, ...record }) };
  return record.kind === 'drifted' ? { notice: driftedNotice({ certificate, ...record }) } : {};
};

/** The event of an outcome: carries the record's id, so that a repeated delivery is recognised. */
export const resultEvent = (
  record: OutcomeRecord,
  { secretName, clusters }: { readonly secretName: string; readonly clusters?: readonly string[] },
): ResultEvent => {
  const { id, name, at, kind: _kind, ...rest } = record;
  return {
    detailType: DETAIL_TYPES[factOfRecord(record)],
    at: new Date(at),
    detail: {
      schema: 1,
      id,
      certificate: name,
      at,
      secretName,
      ...(clusters === undefined ? {} : { clusters }),
      ...rest,
      ...noticeOf(record),
    },
  };
};
