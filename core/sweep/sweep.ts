// One sweep: reconcile, clean up after crashes, wake clusters that lag, look at what needs no execution, feed, then look at
// the fleet's health. A sweep that throws has not completed, and its alarm says so.
import type { Catalogue } from '../declaration/model.ts';
import type { FleetFigures } from '../health/figures.ts';
import { type HealthPorts, lookAtHealth, recordSweep } from '../health/look.ts';
import { lookAtTroubles, type TroublePorts, type Troubles } from '../health/troubles.ts';
import type { FleetCounts } from '../ports.ts';
import { type Fed, type FeedPorts, type FeedSettings, feed } from './feed.ts';
import { type JanitorPorts, removeLeftovers } from './janitor.ts';
import { type ClusterLag, type LagsPorts, lookAtLags } from './lags.ts';
import { type Reconciled, type ReconcilePorts, reconcile } from './reconcile.ts';
import { type Watched, type WatchPorts, watch } from './watch.ts';

export interface SweepPorts
  extends ReconcilePorts,
    FeedPorts,
    JanitorPorts,
    WatchPorts,
    LagsPorts,
    HealthPorts,
    TroublePorts {
  readonly counts: FleetCounts;
}

export interface SweepSettings extends FeedSettings {
  /** Of the setting `clusters`. */
  readonly clusterNames: readonly string[];
}

export interface SweepReport {
  readonly reconciled: Reconciled;
  readonly fed: Fed;
  readonly leftoversRemoved: number;
  readonly watched: Watched;
  /** How far each cluster is behind; one that could not be looked at is not here. */
  readonly lags: readonly ClusterLag[];
  readonly failing: number;
  /** Absent: the fleet's health could not be looked at. */
  readonly figures?: FleetFigures;
  readonly troubles: Troubles;
  readonly durationMs: number;
}

/** A reconcile of a large fleet leaves at least half of the sweep's time to what is due. */
export const sweep = async (
  ports: SweepPorts,
  settings: SweepSettings,
  request: { catalogue: Catalogue; deadline: Date },
): Promise<SweepReport> => {
  const { catalogue, deadline } = request;
  const begun = ports.clock.now();
  const half = new Date((begun.getTime() + deadline.getTime()) / 2);
  const reconciled = await reconcile(ports, catalogue, half);
  const leftoversRemoved = await removeLeftovers(ports);
  const lags = await lookAtLags(ports, settings.clusterNames);
  // Before the feed: what a look finds may be due at once.
  const left = deadline.getTime() - ports.clock.now().getTime();
  const watched = await watch(ports, new Date(deadline.getTime() - (3 * left) / 4));
  const fed = await feed(ports, settings, deadline);
  const failing = await ports.counts.failing();
  const figures = await lookAtHealth(ports, { failing });
  const troubles = await lookAtTroubles(ports, { failing, figures });
  const completed = ports.clock.now();
  const durationMs = completed.getTime() - begun.getTime();
  const seen = figures === undefined ? {} : { figures };
  await recordSweep(ports, {
    completedAt: completed.toISOString(),
    durationMs,
    periodMs: settings.sweepPeriodMs,
    started: fed.started,
    waiting: fed.waiting,
    clusters: lags,
    ...seen,
  });
  return { reconciled, fed, leftoversRemoved, watched, lags, failing, ...seen, troubles, durationMs };
};
