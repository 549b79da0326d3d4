// What a sweep costs over fleets of several sizes, ten of each due: on an emulator of its own, and on a table in memory
// where no emulator holds them. It must never issue anything, nor know of targets.
import { rmSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import type { CloudOptions } from '../../cloud/options.ts';
import { makeRunFolder } from '../../parts/folders.ts';
import { installParts } from '../../parts/install.ts';
import { startMinistack } from '../../parts/ministack.ts';
import { usageOf } from '../processes.ts';
import type { SweepResult } from '../result.ts';
import { rounded } from '../statistics.ts';
import { fill, withTable } from './filled-table.ts';
import { settleCatalogue, sweepCost } from './one-sweep.ts';
import { fleetItem } from './settled-fleet.ts';
import { tableInMemory } from './table-in-memory.ts';

const DUE = 10;
const EMULATED_ROWS: readonly number[] = [1_000, 100_000];
const FAKE_ROWS: readonly number[] = [1_000_000];
/** No further: minutes for a figure, or a machine's memory, are too much. 100,000 rows are about 2.4 GB in the emulator. */
const FILL_MS = 240_000;
const MEMORY_MB = 4_000;
const SHARE_OF_FREE = 0.7;

type Options = Pick<CloudOptions, 'root' | 'hostEnv' | 'reporter'>;

interface Emulator {
  readonly endpoint: string;
  readonly pid: number;
}

/** Why the emulator takes no more rows, once it does not. */
const bound = ({ pid }: Emulator): (() => string | undefined) => {
  const until = Date.now() + FILL_MS;
  const memoryMb = Math.round(Math.min(MEMORY_MB, (SHARE_OF_FREE * freemem()) / 1_048_576));
  return () => {
    if (Date.now() > until) return `filling the table took more than ${FILL_MS / 60_000} min`;
    const { residentMb } = usageOf(pid) ?? { residentMb: 0 };
    return residentMb > memoryMb ? `the emulator held more than ${memoryMb} MB` : undefined;
  };
};

/** A first sweep, without anything due, warms up both sides; then ten rows are due, and the second one is measured. */
export const onEmulator = (emulator: Emulator, wanted: number): Promise<SweepResult> =>
  withTable({ endpoint: emulator.endpoint, tableName: `bench-sweep-${wanted}` }, async (table) => {
    const now = new Date();
    await settleCatalogue(table);
    const resting = { count: wanted - DUE, item: (i: number) => fleetItem({ index: DUE + i, due: false, now }) };
    const { written, because } = await fill(table, { ...resting, enough: bound(emulator) });
    await sweepCost(table);
    const due = { count: DUE, item: (index: number) => fleetItem({ index, due: true, now }) };
    await fill(table, { ...due, enough: () => undefined });
    const cost = await sweepCost(table);
    const short = because === undefined ? {} : { short: { wanted, because } };
    return { rows: written + DUE, due: DUE, on: 'emulator', ...cost, ...short };
  });

/** The same on a table in memory; its rows carry what the due index projects, which is all that is read of them. */
export const onFake = async (rows: number): Promise<SweepResult> => {
  const now = new Date();
  const lean = (index: number) => {
    const { declared: _declared, progress: _progress, ...rest } = fleetItem({ index, due: index < DUE, now });
    return rest;
  };
  const table = tableInMemory(Array.from({ length: rows }, (_, index) => lean(index)));
  await settleCatalogue(table);
  return { rows, due: DUE, on: 'fake', ...(await sweepCost(table)) };
};

/** Starts an emulator for the sweeps alone, so that nothing else is counted, and ends it. Errors: PartError, BenchFailed, those of the sweep. */
export const measureSweeps = async ({ root, hostEnv, reporter }: Options): Promise<readonly SweepResult[]> => {
  const results: SweepResult[] = [];
  const add = async (rows: number, on: string, measured: () => Promise<SweepResult>): Promise<void> => {
    const from = Date.now();
    results.push(await measured());
    reporter({
      step: 'bench',
      text: `sweep over ${rows} rows (${on})`,
      seconds: rounded((Date.now() - from) / 1000, 1),
    });
  };
  const { python } = await installParts({ root, hostEnv, reporter, need: ['ministack'] });
  const runFolder = makeRunFolder({ root, name: 'bench-sweeps' });
  try {
    const emulator = await startMinistack({ python, runFolder, nodeModules: join(root, 'node_modules') });
    try {
      for (const rows of EMULATED_ROWS) await add(rows, 'emulator', () => onEmulator(emulator, rows));
    } finally {
      await emulator.stop();
    }
  } finally {
    rmSync(runFolder, { recursive: true, force: true });
  }
  for (const rows of FAKE_ROWS) await add(rows, 'table in memory', () => onFake(rows));
  return results;
};
