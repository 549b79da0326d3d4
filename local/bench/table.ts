// The result for people: runs, sweeps, bundles, targets. Pure: it must never decide what a target is.

import type { DeliveryResult, Lateness } from './delivery/result.ts';
import type { BenchResult, BundleResult, Machine, RunResult, SweepResult } from './result.ts';
import type { Target } from './targets.ts';

export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly head: (text: string) => string;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const orUnknown = (value: number | null): string => (value === null ? '?' : `${value}`);

/** Columns as wide as their widest cell: the first to the left, the others to the right. */
export const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const width = (column: number): number => Math.max(...rows.map((row) => (row[column] ?? '').length));
  const cell = (text: string, column: number): string =>
    column === 0 ? text.padEnd(width(column)) : text.padStart(width(column));
  return rows.map((row) => row.map(cell).join('  '));
};

const runRows = (runs: readonly RunResult[]): string[][] => [
  [
    ...['run', 'n', 'median', 'p95', 'last', 'ACME', 'Route53', 'secrets', 'ledger', 'starts', 'events', 'AWS'],
    ...['transitions', 'calls', 'CPU s', 'MB'],
  ],
  ...runs.map(({ name, n, wallMs, perCertificate: each, cpuMs, peakMb }) => [
    name,
    `${n}`,
    seconds(wallMs.median),
    seconds(wallMs.p95),
    seconds(Math.max(...wallMs.all)),
    ...[each.acme, each.route53, each.secretsmanager, each.dynamodb, each.states, each.events].map(String),
    ...[each.aws, each.transitions, each.invocations].map(String),
    cpuMs === null ? '?' : (cpuMs / 1000).toFixed(1),
    orUnknown(peakMb),
  ]),
];

const sweepRows = (sweeps: readonly SweepResult[]): string[][] => [
  ['sweep over', 'rows', 'due', 'wall', 'reads', 'items read', 'writes', 'started'],
  ...sweeps.map(({ on, rows, due, wallMs, reads, itemsRead, writes, started }) => [
    on,
    `${rows}`,
    `${due}`,
    seconds(wallMs),
    ...[reads, itemsRead, writes, started].map(String),
  ]),
];

/** Fleets that did not get as large as they should. */
const shortLines = (sweeps: readonly SweepResult[]): readonly string[] =>
  sweeps.flatMap(({ rows, short }) =>
    short === undefined ? [] : [`${short.wanted} rows were wanted, ${rows} were reached: ${short.because}`],
  );

const bundleRows = (bundles: readonly BundleResult[]): string[][] => [
  ['bundle', 'bytes', 'import'],
  ...bundles.map(({ name, bytes, importMs }) => [name, `${bytes}`, `${importMs} ms`]),
];

const latenessRow = (what: string, { p50Seconds, p95Seconds, allSeconds }: Lateness): string[] => [
  what,
  ...[p50Seconds, p95Seconds, Math.max(...allSeconds)].map((value) => `${value.toFixed(2)} s`),
];

const deliveryRows = ({ certificates, first, renewal, polling }: DeliveryResult): string[][] => [
  [`Secret after AWSCURRENT, ${certificates} at once`, 'p50', 'p95', 'last'],
  latenessRow('pushed, new', first),
  latenessRow('pushed, renewed', renewal),
  latenessRow(`polling alone, every ${polling.refreshIntervalSeconds} s`, polling),
];

const pollingLine = ({ polling: { formula, ofOneHour } }: DeliveryResult): string =>
  `polling alone: ${formula}; of one hour ${ofOneHour.p50Seconds} s and ${ofOneHour.p95Seconds} s`;

const targetRow = ({ what, value, limit, unit }: Target): string[] => [
  what,
  `${value}${unit === '' ? '' : ` ${unit}`}`,
  `(at most ${limit})`,
];

const machineLine = ({ cpu, cores, memoryMb, platform, node, loadBefore, loadAfter }: Machine): string =>
  `${cores} x ${cpu}, ${memoryMb} MB, ${platform}, Node ${node}; load ${loadBefore} before, ${loadAfter} after`;

/** Lines to print; counts in the table of runs are of one certificate. */
export const table = (result: BenchResult, targets: readonly Target[], paint: Paint): readonly string[] => {
  const headed = ([head = '', ...rest]: readonly string[]): string[] => [paint.head(head), ...rest];
  const marks = aligned(targets.map(targetRow)).map((line, index) =>
    targets[index]!.met ? paint.good(`✔ ${line}`) : paint.bad(`✖ ${line}`),
  );
  const { delivery } = result;
  const delivered =
    'leftOut' in delivery
      ? [paint.bad(`from AWSCURRENT to the Kubernetes Secret: NOT MEASURED, ${delivery.leftOut}`)]
      : [...headed(aligned(deliveryRows(delivery))), pollingLine(delivery)];
  return [
    machineLine(result.machine),
    '',
    ...headed(aligned(runRows(result.runs))),
    '',
    ...headed(aligned(sweepRows(result.sweeps))),
    ...shortLines(result.sweeps).map(paint.bad),
    '',
    ...headed(aligned(bundleRows(result.bundles))),
    '',
    ...delivered,
    '',
    ...marks,
  ];
};
