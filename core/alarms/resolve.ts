// An alarm of the table for one deployment: its periods in seconds, its texts with real names. Pure.
import type { ServiceSettings } from '../settings.ts';
import type { AlarmDefinition, AlarmWords, MetricSource, Names, ResolvedRule } from './model.ts';

/** Puts names in; one that is not known stays as `<name>`, for people. */
export const fill = (text: string, names: Names): string =>
  text.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => names[name as keyof Names] ?? `<${name}>`);

const filled = (metric: MetricSource, names: Names): MetricSource => ({
  ...metric,
  dimensions: Object.fromEntries(Object.entries(metric.dimensions).map(([key, value]) => [key, fill(value, names)])),
});

type Timing = Pick<ServiceSettings, 'sweepPeriodMinutes'>;

/** In CloudWatch's terms; `threshold` in place of the table's, where the settings give one. */
export const resolveRule = (
  alarm: AlarmDefinition,
  { sweepPeriodMinutes }: Timing,
  names: Names = {},
  threshold?: number,
): ResolvedRule => {
  const evaluationPeriods =
    alarm.evaluationPeriods === 'two-sweeps' ? 2 * sweepPeriodMinutes + 1 : alarm.evaluationPeriods;
  return {
    ...(alarm.expression === undefined ? {} : { expression: alarm.expression }),
    metrics: Object.fromEntries(Object.entries(alarm.metrics).map(([id, metric]) => [id, filled(metric, names)])),
    statistic: alarm.statistic,
    periodSeconds: 60 * (alarm.period === 'sweep' ? sweepPeriodMinutes : alarm.period),
    evaluationPeriods,
    datapointsToAlarm: alarm.datapointsToAlarm ?? evaluationPeriods,
    comparison: alarm.comparison,
    threshold: threshold ?? alarm.threshold,
    missing: alarm.missing,
  };
};

/** Of the heading, as GitHub makes anchors. */
export const runbookAnchor = (heading: string): string => `docs/runbook.md#${heading.toLowerCase()}`;

/** What the message of an alarm says; CloudWatch takes 1,024 characters. */
export const alarmText = (alarm: AlarmWords, names: Names): string =>
  fill(
    `Evercert ({service}): ${alarm.means} Still works: ${alarm.still} Do: ${alarm.command} Runbook: ${runbookAnchor(alarm.heading)}`,
    names,
  );
