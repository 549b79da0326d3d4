// A model of CloudWatch's alarms under a virtual clock: metric alarms, composites with their suppressors, and what they tell
// whom when. It must never be told a state: it sees metric data alone.
import { COMPOSITES, type CompositeId, compositeText } from '#core/alarms/composites.ts';
import { ALARM_IDS, type AlarmId } from '#core/alarms/ids.ts';
import type { Names, ResolvedRule } from '#core/alarms/model.ts';
import { alarmText, resolveRule } from '#core/alarms/resolve.ts';
import { ALARMS } from '#core/alarms/table.ts';
import { type AlarmState, type Point, stateOf } from './evaluate.ts';
import { mathOf } from './math.ts';
import { MetricStore } from './metric-store.ts';

const MINUTE_MS = 60_000;

export interface Told {
  readonly at: Date;
  readonly alarm: AlarmId | CompositeId;
  readonly severity: 'page' | 'warn';
  readonly text: string;
  /** Alarms of a composite that are in ALARM. */
  readonly because: readonly AlarmId[];
}

export interface CloudWatchOptions {
  readonly names: Names;
  readonly sweepPeriodMinutes: number;
  /** Whether periods are those of the clock, or end with the minute of the look: nobody is promised either. */
  readonly windows: 'clock' | 'sliding';
  /** Points that are retrieved beyond the evaluation periods: nobody is promised how many. */
  readonly lookBack: number;
  /** Log lines become metric data so much later. */
  readonly delayMs: number;
}

interface Composite {
  state: AlarmState;
  /** When it went to ALARM, and whether that has been told. */
  since: number;
  told: boolean;
  /** When its suppressor was last in ALARM. */
  suppressedAt: number | undefined;
}

/** Made of the table: the same rules that CDK deploys. */
export class CloudWatch {
  readonly told: Told[] = [];
  readonly #options: CloudWatchOptions;
  readonly #store = new MetricStore();
  readonly #rules: readonly (readonly [AlarmId, ResolvedRule])[];
  readonly #states = new Map<AlarmId, AlarmState>();
  readonly #composites = new Map<CompositeId, Composite>();
  #pending: { readonly from: number; readonly put: (store: MetricStore) => void }[] = [];
  #minute: number;

  constructor(start: Date, options: CloudWatchOptions) {
    this.#options = options;
    this.#minute = Math.floor(start.getTime() / MINUTE_MS);
    this.#rules = ALARM_IDS.map((id) => [id, resolveRule(ALARMS[id], options, options.names)]);
  }

  state(id: AlarmId): AlarmState {
    return this.#states.get(id) ?? 'INSUFFICIENT_DATA';
  }

  /** A function prints a line. */
  putLine(line: Record<string, unknown>, at: Date): void {
    this.#pending.push({ from: at.getTime() + this.#options.delayMs, put: (store) => store.putLine(line) });
  }

  /** AWS's own metrics, or `put-metric-data`. */
  put(of: AlarmId, value: number, at: Date): void {
    const metric = Object.values(this.#rules.find(([id]) => id === of)![1].metrics)[0]!;
    this.#pending.push({ from: at.getTime() + this.#options.delayMs, put: (store) => store.put(metric, value, at) });
  }

  /** Evaluates every minute up to then. */
  runTo(until: Date): void {
    const last = Math.floor(until.getTime() / MINUTE_MS);
    while (this.#minute < last) {
      this.#minute++;
      this.#deliver();
      for (const [id, rule] of this.#rules) this.#evaluate(id, rule);
      for (const id of ['page', 'attention'] as const) this.#compose(id);
    }
  }

  #deliver(): void {
    const now = this.#minute * MINUTE_MS;
    if (this.#pending.every(({ from }) => from > now)) return;
    for (const { from, put } of this.#pending) if (from <= now) put(this.#store);
    this.#pending = this.#pending.filter(({ from }) => from > now);
  }

  #evaluate(id: AlarmId, rule: ResolvedRule): void {
    const minutes = rule.periodSeconds / 60;
    if (this.#options.windows === 'clock' && this.#minute % minutes !== 0) return;
    const before = this.state(id);
    const range = this.#points(rule, minutes);
    const after = stateOf(range, rule, before);
    this.#states.set(id, after);
    const { severity } = ALARMS[id];
    const composed = Object.values(COMPOSITES).some(({ of }) => of.includes(id));
    if (after === 'ALARM' && before !== 'ALARM' && severity !== 'none' && !composed)
      this.#tell({ alarm: id, severity, text: alarmText(ALARMS[id], this.#options.names), because: [id] });
  }

  #points(rule: ResolvedRule, minutes: number): readonly Point[] {
    const count = rule.evaluationPeriods + this.#options.lookBack;
    const { statistic } = rule;
    const series = Object.entries(rule.metrics).map(
      ([id, metric]) => [id, this.#store.series(metric, { end: this.#minute, minutes, count, statistic })] as const,
    );
    const values = rule.expression === undefined ? series[0]![1] : mathOf(rule.expression, Object.fromEntries(series));
    const breaches = (value: number) => (rule.comparison === '>' ? value > rule.threshold : value < rule.threshold);
    return values.map((value) => (value === undefined ? '-' : breaches(value) ? 'X' : 'O'));
  }

  /** User guide, "Composite alarm action suppression". */
  #compose(id: CompositeId): void {
    const { of, suppressor, waitSeconds, extensionMinutes, severity } = COMPOSITES[id];
    const now = this.#minute * MINUTE_MS;
    const because = of.filter((child) => this.state(child) === 'ALARM');
    const before = this.#composites.get(id) ?? { state: 'OK', since: now, told: false, suppressedAt: undefined };
    const state: AlarmState = because.length > 0 ? 'ALARM' : 'OK';
    const fresh = state !== before.state ? { since: now, told: false } : {};
    const suppressedAt = this.state(suppressor) === 'ALARM' ? now : before.suppressedAt;
    const next = { ...before, ...fresh, state, suppressedAt };
    const heldTo = Math.max(
      next.since + waitSeconds * 1_000,
      suppressedAt === undefined ? 0 : suppressedAt + extensionMinutes * MINUTE_MS,
    );
    // The wait is over within the minute when it is shorter than one.
    const due = now + MINUTE_MS > heldTo && suppressedAt !== now;
    if (state === 'ALARM' && !next.told && due) {
      next.told = true;
      this.#tell({ alarm: id, severity, text: compositeText(id, this.#options.names), because });
    }
    this.#composites.set(id, next);
  }

  #tell(told: Omit<Told, 'at'>): void {
    this.told.push({ at: new Date(this.#minute * MINUTE_MS), ...told });
  }
}
