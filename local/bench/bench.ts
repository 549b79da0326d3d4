// The whole benchmark on a local cloud of its own: warm-up, then the runs. It must never know how results are shown.
import { cpus, loadavg, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import type { Cloud, CloudOptions } from '../cloud/options.ts';
import { startCloud } from '../cloud/start.ts';
import { logTail } from '../parts/process.ts';
import { BENCH_ZONES, WARM_UP_YAML, WARM_UPS } from './declarations.ts';
import {
  type BenchIssuer,
  type BenchResult,
  type Machine,
  type Measured,
  type RunResult,
  runResult,
} from './result.ts';
import { BenchFailed, measure } from './run.ts';
import { rounded } from './statistics.ts';

/** What is run, in this order. */
export interface Run {
  readonly name: string;
  readonly issuer: BenchIssuer;
  readonly n: number;
  readonly repetitions: number;
}

export const RUNS: readonly Run[] = [
  { name: 'one', issuer: 'acme', n: 1, repetitions: 5 },
  { name: 'twenty', issuer: 'acme', n: 20, repetitions: 1 },
  { name: 'hundred', issuer: 'acme', n: 100, repetitions: 1 },
  { name: 'own-one', issuer: 'own-ca', n: 1, repetitions: 5 },
  { name: 'own-hundred', issuer: 'own-ca', n: 100, repetitions: 1 },
  { name: 'own-thousand', issuer: 'own-ca', n: 1_000, repetitions: 1 },
];

/** The schedule must not come in between: the benchmark invokes the sweep itself. */
const SWEEP_PERIOD_MINUTES = 60;
const WARM_UP_MS = 120_000;

type Options = Pick<CloudOptions, 'root' | 'hostEnv' | 'reporter'> & { readonly runs?: readonly Run[] };

/** The deploy's own wake issues it; gives the declaration as the ledger carries it, pointed at the local CA. */
export const warmedUp = async (cloud: Cloud, name: string): Promise<DeclaredCertificate> => {
  for (const deadline = Date.now() + WARM_UP_MS; Date.now() < deadline; await delay(500)) {
    const row = (await cloud.look()).rows.get(name);
    if (row?.progress.failure !== undefined) throw new BenchFailed(`${name}: ${row.progress.failure.message}`);
    if (row?.progress.current !== undefined && row.progress.endedRun === row.run) return row.declared;
  }
  throw new BenchFailed(`${name} was not issued within ${WARM_UP_MS / 1000} s`);
};

const runAll = async (cloud: Cloud, { reporter, runs = RUNS }: Options): Promise<RunResult[]> => {
  const patterns: Readonly<Record<BenchIssuer, DeclaredCertificate>> = {
    acme: await warmedUp(cloud, WARM_UPS.acme),
    'own-ca': await warmedUp(cloud, WARM_UPS['own-ca']),
  };
  const results: RunResult[] = [];
  for (const { name, issuer, n, repetitions } of runs) {
    const measured: Measured[] = [];
    for (let time = 1; time <= repetitions; time++) {
      measured.push(await measure(cloud, patterns[issuer], { series: `${name}-${time}`, count: n }));
      const last = Math.max(...measured.at(-1)!.wallMs);
      const which = repetitions > 1 ? `, ${time} of ${repetitions}` : '';
      reporter({ step: 'bench', text: `${name}${which}: all current`, seconds: rounded(last / 1000, 1) });
    }
    results.push(runResult({ name, issuer, n }, measured));
  }
  return results;
};

const load = (): number => rounded(loadavg()[0] ?? 0, 2);

const machine = (loadBefore: number): Machine => {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryMb: Math.round(totalmem() / 1_048_576),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    loadBefore,
    loadAfter: load(),
  };
};

/** Starts a local cloud without Pebble's sleeps, runs, and ends it. Errors: BenchFailed, and those of `startCloud`. */
export const runBench = async (options: Options): Promise<Pick<BenchResult, 'machine' | 'runs'>> => {
  const { root, hostEnv, reporter } = options;
  const loadBefore = load();
  const cloud = await startCloud({
    root,
    hostEnv,
    reporter,
    name: 'bench',
    declarations: { files: [{ file: 'bench.yaml', text: WARM_UP_YAML }] },
    zones: BENCH_ZONES,
    settings: { sweepPeriodMinutes: SWEEP_PERIOD_MINUTES },
    pebble: { nonceRejectPercent: 0, authorizationReusePercent: 0 },
  });
  try {
    const runs = await runAll(cloud, options);
    return { machine: machine(loadBefore), runs };
  } catch (error) {
    // The folder with the log goes with the cloud.
    if (error instanceof BenchFailed)
      reporter({ step: 'bench', text: `it failed; the end of Pebble's log:\n${logTail(cloud.pebble.logFile)}` });
    throw error;
  } finally {
    await cloud.stop();
  }
};
