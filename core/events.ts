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
} as const;

export interface ResultEvent {
  readonly detailType: (typeof DETAIL_TYPES)[keyof typeof DETAIL_TYPES];
  readonly at: Date;
  readonly detail: Readonly<Record<string, unknown>> & {
    readonly schema: 1;
    readonly id: string;
    readonly certificate: string;
  };
}

/** Reasons after which the same declaration is issued once more. */
const RENEWALS: ReadonlySet<string> = new Set(['NearExpiry', 'RenewRequested']);

/** The event of an outcome: carries the record's id, so that a repeated delivery is recognised. */
export const resultEvent = (record: OutcomeRecord, secretName: string): ResultEvent => {
  const renewed = record.kind === 'issued' && RENEWALS.has(record.reason ?? '');
  const isAdopted = record.kind === 'issued' && record.reason === 'Adopted';
  const { id, name, at, kind: _kind, ...rest } = record;
  return {
    detailType: renewed ? DETAIL_TYPES.renewed : isAdopted ? DETAIL_TYPES.adopted : DETAIL_TYPES[record.kind],
    at: new Date(at),
    detail: { schema: 1, id, certificate: name, at, secretName, ...rest },
  };
};
