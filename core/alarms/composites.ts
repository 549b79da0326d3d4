// The composite alarms: which alarms each is made of, and which alarm holds its messages back. Pure data.
import type { AlarmId, ServiceAlarmId } from './ids.ts';
import type { Names } from './model.ts';
import { fill, runbookAnchor } from './resolve.ts';
import { ALARMS } from './table.ts';

export type CompositeId = 'page' | 'attention';

interface Composite {
  readonly of: readonly AlarmId[];
  /** While it is in ALARM, nobody is told. */
  readonly suppressor: ServiceAlarmId;
  /** How long a message waits for its suppressor: what delays a page must be short. */
  readonly waitSeconds: number;
  /** After the suppressor is over: what it explained is worked off meanwhile. */
  readonly extensionMinutes: number;
  readonly severity: 'page' | 'warn';
  readonly means: string;
  readonly heading: string;
}

const all = Object.values(ALARMS);

export const COMPOSITES: Readonly<Record<CompositeId, Composite>> = {
  page: {
    of: all.filter(({ severity }) => severity === 'page').map(({ id }) => id),
    suppressor: 'maintenance',
    waitSeconds: 10,
    extensionMinutes: 10,
    severity: 'page',
    means: 'Something breaks, or nobody would know if it did. Held back only while maintenance is announced.',
    heading: 'PAGE',
  },
  attention: {
    of: all.filter(({ quietInOutage }) => quietInOutage === true).map(({ id }) => id),
    suppressor: 'issuer-outage',
    waitSeconds: 600,
    extensionMinutes: 60,
    severity: 'warn',
    means:
      'Certificates are late, fail or wait. Held back while the outage of an issuer, which is told of, explains it.',
    heading: 'ATTENTION',
  },
};

/** What the message of a composite says: its alarms, each with its own words, are one command away. */
export const compositeText = (id: CompositeId, names: Names): string =>
  fill(
    `Evercert ({service}): ${COMPOSITES[id].means} Still works: what its alarms say. Do: aws cloudwatch describe-alarms --state-value ALARM --query 'MetricAlarms[].[AlarmName,AlarmDescription]' --output text. Runbook: ${runbookAnchor(COMPOSITES[id].heading)}`,
    names,
  );
