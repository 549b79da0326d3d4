// A deployment as its alarms see it, under a virtual clock: certificates with lives and failures, sweeps that say their
// figures in the real lines, the real watchdog, the model of CloudWatch. It issues nothing; faults are put in by tests.
import type { AlarmId } from '#core/alarms/ids.ts';
import { CODES, type ErrorCode } from '#core/codes.ts';
import { SCOPE_OF } from '#core/failure/scope.ts';
import { fleetFigures, HORIZON_MS } from '#core/health/fleet.ts';
import { thresholdsOf } from '#core/health/life.ts';
import type { DatedLife, SweepRecord } from '#core/health/ports.ts';
import { isRepeated } from '#core/health/repeated.ts';
import { eventMetrics, lagMetrics, sweepMetrics } from '#core/metrics.ts';
import { retryAt } from '#core/renewal/backoff.ts';
import type { SweepReport } from '#core/sweep/sweep.ts';
import type { WatchdogState } from '#core/watchdog/ports.ts';
import { watchdog } from '#core/watchdog/watchdog.ts';
import { CloudWatch, type CloudWatchOptions } from './cloudwatch.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CLUSTER = 'prod-eu';
export const NAMES = {
  service: 'evercert',
  cluster: CLUSTER,
  table: 'Ledger',
  schedule: 'Sweep',
  sweepLog: 'SweepLogs',
  advanceLog: 'AdvanceLogs',
  syncLog: 'SyncLogs',
  watchdogLog: 'WatchdogLogs',
  machine: 'arn:aws:states:::stateMachine:Engine',
  deadLetters: 'DeadLetters',
  deadLettersUrl: 'https://sqs/DeadLetters',
} as const;

interface Certificate {
  life: DatedLife;
  lifetimeMs: number;
  failure?: { code: ErrorCode; count: number; retryAt: number };
}

/** What is broken; all of it may be changed while time passes. */
export interface Faults {
  /** No sweep completes. */
  sweeps?: 'stopped';
  schedule?: 'DISABLED';
  watchdog?: 'dead';
  /** Nothing that is due is started. */
  queue?: 'stuck';
  /** Each attempt of a certificate ends so; `*`: all of them. */
  readonly codes: Record<string, ErrorCode>;
  /** Seconds since which the cluster has not got what was issued. */
  lagSince?: Date;
  /** Counted by the next sweep alone. */
  drifted?: number;
  authoritiesEnding?: number;
  /** Metrics that AWS itself, or another function of ours, gives every five minutes. */
  readonly given: Partial<Record<AlarmId, number>>;
}

export interface OnCallOptions extends Partial<Pick<CloudWatchOptions, 'sweepPeriodMinutes' | 'windows' | 'lookBack'>> {
  readonly certificates: readonly { readonly name: string; readonly days: number; readonly age?: number }[];
}

const START = new Date('2026-11-25T12:00:00.000Z');

export class OnCall {
  readonly cloudwatch: CloudWatch;
  readonly faults: Faults = { codes: {}, given: {} };
  readonly mails: { readonly at: Date; readonly subject: string; readonly text: string }[] = [];
  now = START;
  /** Ticks that are lost, or late by so many milliseconds. */
  tick: (index: number) => 'lost' | number = () => 0;
  readonly #certificates: Map<string, Certificate>;
  readonly #periodMs: number;
  #index = 0;
  #versions = 0;
  #memory: WatchdogState | undefined;
  #last: SweepRecord | undefined;

  constructor(options: OnCallOptions) {
    const { sweepPeriodMinutes = 5, windows = 'clock', lookBack = 2 } = options;
    this.#periodMs = sweepPeriodMinutes * MINUTE_MS;
    this.cloudwatch = new CloudWatch(START, {
      names: NAMES,
      sweepPeriodMinutes,
      windows,
      lookBack,
      delayMs: MINUTE_MS,
    });
    this.#certificates = new Map(
      options.certificates.map(({ name, days, age = 0 }) => {
        const lifetimeMs = days * DAY_MS;
        return [name, { lifetimeMs, life: this.#lifeFrom(name, START.getTime() - age * lifetimeMs, lifetimeMs) }];
      }),
    );
  }

  life(name: string): DatedLife {
    return this.#certificates.get(name)!.life;
  }

  /** Passes time, sweep by sweep. */
  async pass(ms: number): Promise<void> {
    const until = this.now.getTime() + ms;
    while (this.now.getTime() + this.#periodMs <= until) {
      const base = this.now.getTime();
      const late = this.tick(this.#index++);
      if (late !== 'lost') {
        this.now = new Date(base + late);
        this.#sweep();
      }
      this.#give(new Date(base));
      for (
        let at = Math.ceil(base / (15 * MINUTE_MS)) * 15 * MINUTE_MS;
        at < base + this.#periodMs;
        at += 15 * MINUTE_MS
      ) {
        this.now = new Date(at);
        await this.#look();
      }
      this.now = new Date(base + this.#periodMs);
      this.cloudwatch.runTo(this.now);
    }
  }

  #lifeFrom(name: string, from: number, lifetimeMs: number): DatedLife {
    const notBefore = new Date(from).toISOString();
    const notAfter = new Date(from + lifetimeMs).toISOString();
    const { renewAt } = thresholdsOf({ notBefore, notAfter });
    const versionId = `v${++this.#versions}`;
    return {
      name,
      uid: name,
      versionId,
      issuer: 'ClusterIssuer/le',
      notBefore,
      notAfter,
      renewAt: renewAt.toISOString(),
    };
  }

  #sweep(): void {
    if (this.faults.sweeps === 'stopped' || this.faults.schedule === 'DISABLED') return;
    const horizon = new Date(this.now.getTime() + HORIZON_MS).toISOString();
    const near = [...this.#certificates.values()].filter(({ life }) => life.renewAt <= horizon);
    const at = this.now.toISOString();
    const due = near.filter(({ life, failure }) => life.renewAt <= at && (failure?.retryAt ?? 0) <= this.now.getTime());
    if (this.faults.queue !== 'stuck') for (const certificate of due) this.#attempt(certificate);
    this.#say(
      this.#report(
        near.map(({ life }) => life),
        due.length,
      ),
    );
  }

  #attempt(certificate: Certificate): void {
    const { name } = certificate.life;
    const code = this.faults.codes[name] ?? this.faults.codes['*'];
    if (code === undefined) {
      certificate.life = this.#lifeFrom(name, this.now.getTime(), certificate.lifetimeMs);
      delete certificate.failure;
      return;
    }
    if (CODES[code].class === 'wait') {
      this.cloudwatch.putLine(eventMetrics('Throttled', { service: 'evercert', at: this.now }), this.now);
      return;
    }
    const count = (certificate.failure?.count ?? 0) + 1;
    const failed = {
      class: CODES[code].class as 'step',
      count,
      now: this.now,
      notAfter: new Date(certificate.life.notAfter),
    };
    certificate.failure = { code, count, retryAt: retryAt(failed).getTime() };
  }

  #report(lives: readonly DatedLife[], due: number): SweepReport {
    const failures = [...this.#certificates.values()].flatMap(({ failure }) =>
      failure === undefined ? [] : [failure],
    );
    const scoped = failures.filter(({ code }) => SCOPE_OF[code] === 'issuer').length;
    const managed = this.#certificates.size;
    const totals = {
      managed,
      issued: managed,
      byIssuer: { 'ClusterIssuer/le': managed },
      countedAt: this.now.toISOString(),
    };
    const stuck = this.faults.queue === 'stuck';
    const seconds = this.faults.lagSince && Math.floor((this.now.getTime() - this.faults.lagSince.getTime()) / 1_000);
    const report: SweepReport = {
      reconciled: { changed: 0, retired: 0, complete: true },
      fed: { started: stuck ? 0 : due, waiting: stuck ? due : 0, stillRunning: 0, failed: 0 },
      leftoversRemoved: 0,
      watched: { looked: 0, failed: 0, counts: { drifted: this.faults.drifted ?? 0 } },
      lags: [{ cluster: CLUSTER, due: 0, unconfirmed: seconds === undefined ? 0 : 1, oldestSeconds: seconds ?? 0 }],
      failing: failures.length,
      figures: fleetFigures({ due: { lives }, totals, failing: failures.length }, this.now),
      troubles: {
        failingRepeatedly: failures.filter((one) => isRepeated({ class: CODES[one.code].class, count: one.count }))
          .length,
        issuersOut: scoped >= 3 ? 1 : 0,
        authoritiesEnding: this.faults.authoritiesEnding ?? 0,
      },
      durationMs: 900,
    };
    delete this.faults.drifted;
    return report;
  }

  #say(report: SweepReport): void {
    const about = { service: 'evercert', at: this.now };
    for (const line of [sweepMetrics(report, about), ...lagMetrics(report, about)])
      this.cloudwatch.putLine(line, this.now);
    const { durationMs, lags: clusters, figures, fed } = report;
    this.#last = {
      completedAt: this.now.toISOString(),
      durationMs,
      periodMs: this.#periodMs,
      started: fed.started,
      waiting: fed.waiting,
      clusters,
      ...(figures === undefined ? {} : { figures }),
    };
  }

  #give(at: Date): void {
    for (const [id, value] of Object.entries(this.faults.given)) this.cloudwatch.put(id as AlarmId, value, at);
  }

  async #look(): Promise<void> {
    if (this.faults.watchdog === 'dead') return;
    const { now } = this;
    const ports = {
      clock: { now: () => now },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      lastSweep: { read: async () => this.#last },
      schedule: { state: async () => this.faults.schedule ?? 'ENABLED' },
      deadLetters: { depth: async () => this.faults.given['dead-letters'] ?? 0 },
      topic: { tell: async (mail: { subject: string; text: string }) => void this.mails.push({ at: now, ...mail }) },
      memory: {
        read: async () => this.#memory,
        write: async (state: WatchdogState) => {
          this.#memory = state;
        },
      },
    };
    await watchdog(ports, { sweepPeriodMs: this.#periodMs, names: NAMES });
    this.cloudwatch.putLine(eventMetrics('WatchdogCompleted', { service: 'evercert', at: now }), now);
  }
}
