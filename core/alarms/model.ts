// What an alarm is here: words for the person it calls, and a rule that CloudWatch can evaluate. It must never know CDK.
import type { AlarmId } from './ids.ts';

/**
 * page: somebody is woken, because something breaks or nobody would know; warn: a message, to be looked at on a working
 * day; none: calls nobody, others depend on it.
 */
export type Severity = 'page' | 'warn' | 'none';

/** Names that are known once it is deployed, as texts of the table mention them: `{service}`. */
export const NAMES = [
  'service',
  'cluster',
  'table',
  'schedule',
  'sweepLog',
  'advanceLog',
  'syncLog',
  'watchdogLog',
  'machine',
  'deadLetters',
  'deadLettersUrl',
] as const;
export type Name = (typeof NAMES)[number];
export type Names = Readonly<Partial<Record<Name, string>>>;

export interface MetricSource {
  readonly namespace: string;
  readonly name: string;
  /** Dimension -> value, with names. */
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface AlarmWords {
  /** One sentence. */
  readonly means: string;
  /** What still works, and until when. */
  readonly still: string;
  /** What to type first. */
  readonly command: string;
  /** Heading of docs/runbook.md. */
  readonly heading: string;
}

/** How a count of sweep periods is given: one period of the sweep, or minutes. */
export type Period = 'sweep' | number;

export interface AlarmRule {
  /** By the id that the expression uses; without one there is one metric. */
  readonly metrics: Readonly<Record<string, MetricSource>>;
  /** CloudWatch metric math. */
  readonly expression?: string;
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum';
  readonly period: Period;
  /** `two-sweeps`: as many minutes as two sweep periods and one. */
  readonly evaluationPeriods: number | 'two-sweeps';
  /** Default: all of them. */
  readonly datapointsToAlarm?: number;
  readonly comparison: '>' | '<';
  readonly threshold: number;
  /** What a missing data point is taken for (CloudWatch user guide, "alarms and missing data"). */
  readonly missing: 'breaching' | 'notBreaching' | 'ignore';
}

export interface AlarmDefinition extends AlarmWords, AlarmRule {
  readonly id: AlarmId;
  readonly severity: Severity;
  /** Told by the composite that is silent while an issuer is out: its cause has its own message. */
  readonly quietInOutage?: true;
}

/** A rule in CloudWatch's own terms. */
export interface ResolvedRule extends Pick<AlarmDefinition, 'expression' | 'statistic' | 'comparison' | 'missing'> {
  readonly metrics: Readonly<Record<string, MetricSource>>;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
}
