// One sweep: reconcile, then feed, then clean up after crashes. A sweep that throws has not completed, and its alarm says so.
import type { Catalogue } from '../declaration/model.ts';
import type { FleetCounts } from '../ports.ts';
import { type Fed, type FeedPorts, type FeedSettings, feed } from './feed.ts';
import { type JanitorPorts, removeLeftovers } from './janitor.ts';
import { type Reconciled, type ReconcilePorts, reconcile } from './reconcile.ts';

export interface SweepPorts extends ReconcilePorts, FeedPorts, JanitorPorts {
  readonly counts: FleetCounts;
}

export interface SweepReport {
  readonly reconciled: Reconciled;
  readonly fed: Fed;
  readonly leftoversRemoved: number;
  readonly failing: number;
  readonly durationMs: number;
}

/** A reconcile of a large fleet leaves at least half of the sweep's time to what is due. */
export const sweep = async (
  ports: SweepPorts,
  settings: FeedSettings,
  request: { catalogue: Catalogue; deadline: Date },
): Promise<SweepReport> => {
  const { catalogue, deadline } = request;
  const begun = ports.clock.now();
  const half = new Date((begun.getTime() + deadline.getTime()) / 2);
  const reconciled = await reconcile(ports, catalogue, half);
  const leftoversRemoved = await removeLeftovers(ports);
  const fed = await feed(ports, settings, deadline);
  const failing = await ports.counts.failing();
  const durationMs = ports.clock.now().getTime() - begun.getTime();
  return { reconciled, fed, leftoversRemoved, failing, durationMs };
};
