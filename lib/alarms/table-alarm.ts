// One alarm of the table as a CloudWatch alarm. It must never know what an alarm means: core/alarms/table.ts says it.
import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  type TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmId } from '#core/alarms/ids.ts';
import type { Names, ResolvedRule } from '#core/alarms/model.ts';
import { alarmText, resolveRule } from '#core/alarms/resolve.ts';
import { ALARMS } from '#core/alarms/table.ts';
import type { ServiceSettings } from '#core/settings.ts';
import { isLeftOut } from '../emulator-gaps.ts';

export type AlarmSettings = Pick<
  ServiceSettings,
  'prefix' | 'sweepPeriodMinutes' | 'alarms' | 'alarmActions' | 'suppressPagesBy'
>;

const COMPARISONS = {
  '>': ComparisonOperator.GREATER_THAN_THRESHOLD,
  '<': ComparisonOperator.LESS_THAN_THRESHOLD,
};

/** `prod-eu` -> `ProdEu`, as construct ids go. */
const pascal = (id: string): string => id.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());

/** Carries the stack: PutMetricAlarm overwrites what has the same name. */
export const alarmName = (scope: Construct, settings: Pick<AlarmSettings, 'prefix'>, id: string): string =>
  `${Stack.of(scope).stackName}-${settings.prefix}-${id}`;

const metricOf = ({ metrics, expression, statistic, periodSeconds }: ResolvedRule): IMetric => {
  const period = Duration.seconds(periodSeconds);
  const all = Object.entries(metrics).map(([id, { namespace, name: metricName, dimensions }]) => {
    const metric = new Metric({ namespace, metricName, dimensionsMap: { ...dimensions }, statistic, period });
    return [id, metric] as const;
  });
  if (expression === undefined) return all[0]![1];
  return new MathExpression({ expression, usingMetrics: Object.fromEntries(all), period });
};

/** undefined: switched off, or refused by the emulator. */
export const tableAlarm = (
  scope: Construct,
  id: AlarmId,
  { settings, names, nameEnd = id }: { settings: AlarmSettings; names: Names; nameEnd?: string },
): Alarm | undefined => {
  const set = settings.alarms[id];
  const alarm = ALARMS[id];
  if (set === 'off') return undefined;
  if (alarm.expression !== undefined && isLeftOut(scope, 'AWS::CloudWatch::Alarm.Metrics')) return undefined;
  const rule = resolveRule(alarm, settings, names, set?.threshold);
  return new Alarm(scope, pascal(id), {
    alarmName: alarmName(scope, settings, nameEnd),
    alarmDescription: alarmText(alarm, names),
    metric: metricOf(rule),
    threshold: rule.threshold,
    comparisonOperator: COMPARISONS[rule.comparison],
    evaluationPeriods: rule.evaluationPeriods,
    datapointsToAlarm: rule.datapointsToAlarm,
    treatMissingData: rule.missing as TreatMissingData,
  });
};
