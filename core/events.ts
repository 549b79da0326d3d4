// The result events: one table from past-tense fact to what is published. It must never know the bus.
import type { OutcomeRecord } from './journey/rows.ts';

export const EVENT_SOURCE = 'evercert';

/** Outcome kind -> EventBridge detail-type. `superseded` is told too: the change that replaced it has its own outcome. */
export const DETAIL_TYPES = {
  issued: 'Evercert Certificate Issued',
  renewed: 'Evercert Certificate Renewed',
  failed: 'Evercert Certificate Failed',
  superseded: 'Evercert Certificate Superseded',
  retired: 'Evercert Certificate Retired',
  drifted: 'Evercert Certificate Drifted',
  adopted: 'Evercert Certificate Adopted',
  /** The same certificate in a new version: another encoding, format, keystore, password or `ca.crt`. */
  rendered: 'Evercert Certificate Rendered',
  /** A cluster holds a version, as proven by what it shows. */
  delivered: 'Evercert Certificate Delivered',
  /** A cluster does not hold what it should; told once a version and target. */
  undelivered: 'Evercert Certificate Not Delivered',
  /** Targets of clusters are due to be looked at: wakes the sync functions that `clusters` names. */
  lagging: 'Evercert Delivery Lagging',
} as const;

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

/** Reasons that tell more than that something was issued. */
const BY_REASON: Readonly<Record<string, keyof typeof DETAIL_TYPES>> = {
  NearExpiry: 'renewed',
  RenewRequested: 'renewed',
  Adopted: 'adopted',
  OutputsChanged: 'rendered',
};

/** The event of an outcome: carries the record's id, so that a repeated delivery is recognised. */
export const resultEvent = (
  record: OutcomeRecord,
  { secretName, clusters }: { readonly secretName: string; readonly clusters?: readonly string[] },
): ResultEvent => {
  const told = (record.kind === 'issued' ? BY_REASON[record.reason ?? ''] : undefined) ?? record.kind;
  const { id, name, at, kind: _kind, ...rest } = record;
  return {
    detailType: DETAIL_TYPES[told],
    at: new Date(at),
    detail: {
      schema: 1,
      id,
      certificate: name,
      at,
      secretName,
      ...(clusters === undefined ? {} : { clusters }),
      ...rest,
    },
  };
};
