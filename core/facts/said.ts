// What is published is said in the log too, in one line that also counts it: CloudWatch takes metrics out of log lines. It
// must never keep an event from the bus.
import { FACTS, factOf, type ResultEvent } from '../events.ts';
import { eventMetrics } from '../metrics.ts';
import type { EventBus, Log } from '../ports.ts';

/** Of the detail: what a person looks for in a log. The rest is in the event and the ledger. */
const SAID = [
  'certificate',
  'attemptId',
  'revision',
  'reason',
  'code',
  'lateness',
  'fingerprint',
  'versionId',
  'notAfter',
  'retryAt',
  'clusters',
] as const;

const lineOf = ({ detail, at }: ResultEvent, service: string, fact: keyof typeof FACTS) => {
  const { metric } = FACTS[fact];
  return {
    fact,
    event: detail.id,
    ...Object.fromEntries(SAID.flatMap((key) => (detail[key] === undefined ? [] : [[key, detail[key]]]))),
    ...(metric.by === 'event' ? eventMetrics(metric.name, { service, at }) : {}),
  };
};

/** The bus, which says what it took. `service`: the prefix, as the dimension of the metric. */
export const said = ({ bus, log, service }: { bus: EventBus; log: Log; service: string }): EventBus => ({
  publish: async (event) => {
    await bus.publish(event);
    const fact = factOf(event.detailType);
    if (fact === undefined) return;
    const { level, message } = FACTS[fact].log;
    log[level](message, lineOf(event, service, fact));
  },
});
