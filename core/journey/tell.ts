// Announces an outcome on the bus, at least once. It must never hold up anything but the telling.
import { resultEvent } from '../events.ts';
import type { OutcomeRecord } from './rows.ts';
import { secretName, type Visit } from './visit.ts';

const AGAIN_MS = 60_000;

/** Publishes the record's event. Gives when to try again, where the bus did not take it. */
export const tell = async (visit: Visit, record: OutcomeRecord): Promise<Date | undefined> => {
  const { delivery } = visit.row.declared.certificate;
  const about = {
    secretName: secretName(visit),
    ...(delivery === undefined ? {} : { clusters: delivery.clusters }),
  };
  const [told] = await Promise.allSettled([visit.ports.bus.publish(resultEvent(record, about))]);
  if (told.status === 'fulfilled') return undefined;
  visit.ports.log.warn('the outcome could not be announced yet', {
    certificate: visit.row.name,
    error: told.reason,
  });
  return new Date(visit.ports.clock.now().getTime() + AGAIN_MS);
};
