// From measured times to what `npm run bench` says of Kubernetes Secrets.
import { describe, expect, it } from 'vitest';
import { lateness, polling } from '#local/bench/delivery/result.ts';
import type { BenchResult } from '#local/bench/result.ts';
import { table } from '#local/bench/table.ts';
import { targetsOf } from '#local/bench/targets.ts';

const MACHINE = {
  cpu: 'Test',
  cores: 2,
  memoryMb: 8_000,
  platform: 'linux-x64',
  node: 'v24.0.0',
  loadBefore: 0,
  loadAfter: 0,
};
const measured = {
  certificates: 4,
  first: lateness([1_250, 400, 900, 2_100]),
  renewal: lateness([300, 310, 290, 320]),
  polling: polling([1_000, 4_000, 9_500, 6_000], 10),
};

const resultWith = (delivery: BenchResult['delivery']): BenchResult => ({
  schema: 1,
  machine: MACHINE,
  runs: [],
  sweeps: [],
  bundles: [],
  delivery,
});
const plain = { good: (text: string) => text, bad: (text: string) => text, head: (text: string) => text };

describe('Kubernetes Secrets', () => {
  it('are late by seconds; one that was there before the call was recorded as ended, by none', () => {
    expect(lateness([-3, 1_234])).toEqual({ p50Seconds: 0, p95Seconds: 1.234, allSeconds: [0, 1.234] });
  });

  it('have two targets: of new ones and of renewed ones', () => {
    const targets = targetsOf(resultWith(measured)).filter(({ unit }) => unit === 's');
    expect(targets).toEqual([
      { what: 'a Secret after AWSCURRENT, p95 of 4 new ones', value: 2.1, limit: 2, unit: 's', met: false },
      { what: 'the same, p95 of 4 renewed ones', value: 0.32, limit: 2, unit: 's', met: true },
    ]);
  });

  it('are shown beside polling alone, with the formula', () => {
    expect(table(resultWith(measured), [], plain)).toEqual(
      expect.arrayContaining([
        'Secret after AWSCURRENT, 4 at once     p50     p95    last',
        'pushed, new                         0.90 s  2.10 s  2.10 s',
        'pushed, renewed                     0.30 s  0.32 s  0.32 s',
        'polling alone, every 10 s           4.00 s  9.50 s  9.50 s',
        'polling alone: p50 = refreshInterval / 2, p95 = 0.95 x refreshInterval, and the look itself; of one hour 1800 s and 3420 s',
      ]),
    );
  });

  it('that were not measured are said to be so, and have no target', () => {
    const result = resultWith({ leftOut: 'nobody asked' });
    expect(table(result, [], plain)).toContain('from AWSCURRENT to the Kubernetes Secret: NOT MEASURED, nobody asked');
    expect(targetsOf(result).filter(({ unit }) => unit === 's')).toEqual([]);
  });
});
