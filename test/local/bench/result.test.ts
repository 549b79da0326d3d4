// From repetitions to the JSON of `npm run bench`, and what the targets say of it.
import { describe, expect, it } from 'vitest';
import { type BenchResult, type Measured, type RunResult, runResult, type SweepResult } from '#local/bench/result.ts';
import { aligned, table } from '#local/bench/table.ts';
import { targetsOf } from '#local/bench/targets.ts';

const once = (wallMs: readonly number[], change: Partial<Measured> = {}): Measured => ({
  wallMs,
  totals: {
    acme: 8,
    route53: 3,
    secretsmanager: 8,
    dynamodb: 40,
    states: 1,
    events: 1,
    aws: 17,
    transitions: 3,
    invocations: 1,
  },
  cpuMs: 200,
  peakMb: 300,
  ...change,
});

describe('a run', () => {
  it('joins its repetitions: every wall time, counts of one certificate, CPU of one repetition, the highest memory', () => {
    const other = {
      acme: 7,
      route53: 3,
      secretsmanager: 8,
      dynamodb: 43,
      states: 1,
      events: 1,
      aws: 18,
      transitions: 5,
      invocations: 2,
    };
    const repetitions = [once([400.4]), once([600.6], { totals: other, cpuMs: 101, peakMb: 350.4 })];
    expect(runResult({ name: 'one', issuer: 'acme', n: 1 }, repetitions)).toEqual({
      name: 'one',
      issuer: 'acme',
      n: 1,
      wallMs: { median: 501, p95: 601, all: [400, 601] },
      perCertificate: {
        acme: 7.5,
        route53: 3,
        secretsmanager: 8,
        dynamodb: 41.5,
        states: 1,
        events: 1,
        aws: 17.5,
        transitions: 4,
        invocations: 1.5,
      },
      cpuMs: 151,
      peakMb: 350,
    });
  });

  it('divides the counts by the certificates that were issued together', () => {
    const totals = {
      acme: 15,
      route53: 6,
      secretsmanager: 16,
      dynamodb: 41,
      states: 2,
      events: 2,
      aws: 33,
      transitions: 6,
      invocations: 2,
    };
    expect(runResult({ name: 'two', issuer: 'acme', n: 2 }, [once([900, 700], { totals })]).perCertificate).toEqual({
      acme: 7.5,
      route53: 3,
      secretsmanager: 8,
      dynamodb: 20.5,
      states: 1,
      events: 1,
      aws: 16.5,
      transitions: 3,
      invocations: 1,
    });
  });

  it('says null where the machine tells no CPU time or memory', () => {
    const run = runResult({ name: 'one', issuer: 'acme', n: 1 }, [
      once([400]),
      once([400], { cpuMs: null, peakMb: null }),
    ]);
    expect([run.cpuMs, run.peakMb]).toEqual([null, null]);
  });
});

const run = (n: number, all: readonly number[], change: Partial<RunResult['perCertificate']> = {}): RunResult => {
  const made = runResult({ name: `n${n}`, issuer: 'acme', n }, [once(all)]);
  const counts = { ...made.perCertificate, dynamodb: 20 };
  return { ...made, perCertificate: { ...counts, ...change } };
};

const swept = (rows: number, change: Partial<SweepResult> = {}): SweepResult => ({
  rows,
  due: 10,
  on: 'emulator',
  wallMs: 130,
  reads: 50,
  itemsRead: 21,
  writes: 12,
  started: 10,
  ...change,
});

const NOT_MEASURED = { leftOut: 'nobody asked' };

describe('the targets', () => {
  const bundles = [
    { name: 'sweep', bytes: 500_001, importMs: 90 },
    { name: 'advance', bytes: 1_400_000, importMs: 160 },
  ];

  it('take the median of one, the last of a hundred, and the worst run of each count', () => {
    const runs = [
      run(1, [3_000, 5_000, 400]),
      run(20, [9_000], { route53: 5.05 }),
      run(100, [39_000, 40_001], { acme: 11 }),
    ];
    expect(
      targetsOf({ runs, sweeps: [], bundles, delivery: NOT_MEASURED }).map(({ what, value, met }) => [
        what,
        value,
        met,
      ]),
    ).toEqual([
      ['one certificate, median', 3_000, true],
      ['the last of 100', 40_001, false],
      ['ACME requests a certificate', 11, true],
      ['Route53 calls a certificate', 5.05, false],
      ['transitions a certificate', 3, true],
      ['bundle sweep', 500_001, false],
      ['bundle advance', 1_400_000, true],
    ]);
  });

  it('hold every run of an own CA against its calls, and ask no CA of it', () => {
    const runs = [1, 1_000].map((n) => ({
      ...run(n, [400], { acme: 0, route53: 0, aws: n === 1 ? 8 : 8.01 }),
      issuer: 'own-ca' as const,
    }));
    expect(
      targetsOf({ runs, sweeps: [], bundles: [], delivery: NOT_MEASURED }).map(({ what, value, met }) => [
        what,
        value,
        met,
      ]),
    ).toEqual([
      ['AWS calls a certificate of an own CA, 1 at once', 8, true],
      ['AWS calls a certificate of an own CA, 1000 at once', 8.01, false],
      ['transitions a certificate', 3, true],
    ]);
  });

  it('hold what a sweep over a large fleet reads against what one over the smallest does, and a tenth more', () => {
    const sweeps = [
      swept(100_000, { reads: 56, itemsRead: 23 }),
      swept(1_000),
      swept(1_000_000, { on: 'fake', reads: 55, itemsRead: 24 }),
    ];
    const targets = targetsOf({ runs: [], sweeps, bundles: [], delivery: NOT_MEASURED });
    expect(targets.slice(-4).map(({ what, limit, met }) => [what, limit, met])).toEqual([
      ['reads of a sweep over 100000 rows (emulator)', 55, false],
      ['items read by it', 23, true],
      ['reads of a sweep over 1000000 rows (fake)', 55, true],
      ['items read by it', 23, false],
    ]);
  });

  it('are shown beside their values, with ✔ or ✖', () => {
    const machine = { cpu: 'Test', cores: 2, memoryMb: 8_000, platform: 'linux-x64', node: 'v24.0.0' };
    const result = {
      schema: 1,
      machine: { ...machine, loadBefore: 0.1, loadAfter: 1.5 },
      runs: [run(1, [400])],
      sweeps: [swept(1_000)],
      bundles,
      delivery: NOT_MEASURED,
    } as const;
    const plain = (text: string): string => text;
    const lines = table(result, targetsOf(result), { good: plain, bad: plain, head: plain });
    expect(lines[0]).toBe('2 x Test, 8000 MB, linux-x64, Node v24.0.0; load 0.1 before, 1.5 after');
    expect(lines.slice(-2)).toEqual([
      '✖ bundle sweep                  500001 bytes   (at most 500000)',
      '✔ bundle advance               1400000 bytes  (at most 1400000)',
    ]);
  });
});

describe('the sweeps', () => {
  const plain = (text: string): string => text;
  const machine = { cpu: 'Test', cores: 2, memoryMb: 8_000, platform: 'linux-x64', node: 'v24.0.0' };
  const shown = (sweeps: readonly SweepResult[]): readonly string[] => {
    const result = {
      schema: 1,
      machine: { ...machine, loadBefore: 0, loadAfter: 0 },
      runs: [],
      sweeps,
      bundles: [],
      delivery: NOT_MEASURED,
    };
    return table(result as BenchResult, [], { good: plain, bad: plain, head: plain });
  };

  it('are a table of their own', () => {
    const lines = shown([swept(1_000), swept(1_000_000, { on: 'fake', wallMs: 5 })]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'sweep over     rows  due    wall  reads  items read  writes  started',
        'emulator       1000   10  0.13 s     50          21      12       10',
        'fake        1000000   10  0.01 s     50          21      12       10',
      ]),
    );
  });

  it('say where fewer rows were reached than wanted, and why', () => {
    const short = { wanted: 100_000, because: 'the emulator held more than 4000 MB' };
    expect(shown([swept(61_010, { short })])).toContain(
      '100000 rows were wanted, 61010 were reached: the emulator held more than 4000 MB',
    );
  });
});

describe('columns', () => {
  it('are as wide as their widest cell, numbers to the right', () => {
    expect(
      aligned([
        ['run', 'n'],
        ['hundred', '100'],
      ]),
    ).toEqual(['run        n', 'hundred  100']);
  });
});
