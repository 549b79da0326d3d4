// Metric data as CloudWatch keeps it: by metric and minute, found again as periods. It forgets what no alarm looks at any
// more; it must never know alarms.
import type { MetricSource } from '#core/alarms/model.ts';

const MINUTE_MS = 60_000;
/** Longer than any evaluation range here. */
const KEPT_MINUTES = 8 * 60;

interface Bucket {
  sum: number;
  max: number;
  min: number;
}

export type Statistic = 'Sum' | 'Maximum' | 'Minimum';

export const metricKey = ({ namespace, name, dimensions }: MetricSource): string =>
  [
    namespace,
    name,
    ...Object.entries(dimensions)
      .map((pair) => pair.join('='))
      .sort(),
  ].join('|');

const FIELD = { Sum: 'sum', Maximum: 'max', Minimum: 'min' } as const;

const joined = (a: Bucket, b: Bucket): Bucket => ({
  sum: a.sum + b.sum,
  max: Math.max(a.max, b.max),
  min: Math.min(a.min, b.min),
});

export class MetricStore {
  readonly #metrics = new Map<string, Map<number, Bucket>>();

  put(metric: MetricSource, value: number, at: Date): void {
    const key = metricKey(metric);
    const minutes = this.#metrics.get(key) ?? new Map<number, Bucket>();
    this.#metrics.set(key, minutes);
    const minute = Math.floor(at.getTime() / MINUTE_MS);
    const { sum, max, min } = minutes.get(minute) ?? { sum: 0, max: value, min: value };
    minutes.set(minute, { sum: sum + value, max: Math.max(max, value), min: Math.min(min, value) });
    for (const old of minutes.keys()) {
      if (old >= minute - KEPT_MINUTES) break;
      minutes.delete(old);
    }
  }

  /** Log lines in the embedded metric format, as functions print them. */
  putLine(line: Record<string, unknown>): void {
    const { Timestamp, CloudWatchMetrics } = line._aws as {
      Timestamp: number;
      CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
    };
    for (const { Namespace: namespace, Dimensions, Metrics } of CloudWatchMetrics)
      for (const names of Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(line[name])]));
        for (const { Name: name } of Metrics)
          this.put({ namespace, name, dimensions }, Number(line[name]), new Date(Timestamp));
      }
  }

  /** The last `count` periods before `end` (epoch minutes), oldest first; undefined: no data in that period. Empty: none ever. */
  series(metric: MetricSource, of: { end: number; minutes: number; count: number; statistic: Statistic }) {
    const kept = this.#metrics.get(metricKey(metric));
    const { end, minutes, count, statistic } = of;
    if (kept === undefined) return [];
    const points: (number | undefined)[] = [];
    for (let index = 0; index < count; index++) {
      const from = end - (count - index) * minutes;
      let all: Bucket | undefined;
      for (let minute = from; minute < from + minutes; minute++) {
        const bucket = kept.get(minute);
        if (bucket !== undefined) all = all === undefined ? bucket : joined(all, bucket);
      }
      points.push(all?.[FIELD[statistic]]);
    }
    return points;
  }
}
