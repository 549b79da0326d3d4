// How far each cluster is behind, and the one event that wakes the sync functions of those with targets to be looked at. What it
// costs grows with what lags. It must never know a cluster, and never stop the sweep.
import { atOnce } from '../at-once.ts';
import type { DeliveryLags } from '../bridge/ports.ts';
import { factEvent, type ResultEvent } from '../events.ts';
import { sha256Hex } from '../names.ts';
import type { Clock, EventBus, Log } from '../ports.ts';

export interface LagsPorts {
  readonly clock: Clock;
  readonly lags: DeliveryLags;
  readonly bus: EventBus;
  readonly log: Log;
}

export interface ClusterLag {
  readonly cluster: string;
  /** Targets that are to be looked at now, restarts of workloads among them. */
  readonly due: number;
  /** Targets without their wanted version. */
  readonly unconfirmed: number;
  /** How long the oldest of those waits; 0: there are none. */
  readonly oldestSeconds: number;
}

const AT_ONCE = 5;

const lagOf = async ({ lags, log }: LagsPorts, cluster: string, now: Date): Promise<readonly ClusterLag[]> => {
  const [looked] = await Promise.allSettled([lags.lag({ cluster, now })]);
  if (looked.status === 'rejected') {
    log.warn('how far a cluster is behind is not known', { cluster, error: looked.reason });
    return [];
  }
  const { due, unconfirmed, oldest } = looked.value;
  const waited = oldest === undefined ? 0 : now.getTime() - new Date(oldest).getTime();
  return [{ cluster, due, unconfirmed, oldestSeconds: Math.max(0, Math.round(waited / 1000)) }];
};

/** The same sweep has the same event. */
const laggingEvent = (clusters: readonly string[], at: Date): ResultEvent =>
  factEvent('lagging', {
    id: sha256Hex(JSON.stringify(['lagging', at.toISOString(), clusters])).slice(0, 32),
    at,
    clusters: [...clusters],
  });

/** Looks at each cluster and wakes those with something due; one that cannot be looked at is left out, and said in the log. */
export const lookAtLags = async (ports: LagsPorts, clusters: readonly string[]): Promise<readonly ClusterLag[]> => {
  const now = ports.clock.now();
  const found = (await atOnce(AT_ONCE, clusters, (cluster) => lagOf(ports, cluster, now))).flat();
  const due = found.filter((lag) => lag.due > 0).map(({ cluster }) => cluster);
  if (due.length === 0) return found;
  const [woken] = await Promise.allSettled([ports.bus.publish(laggingEvent(due, now))]);
  if (woken.status === 'rejected')
    ports.log.warn('lagging clusters could not be woken', { clusters: due, error: woken.reason });
  return found;
};
