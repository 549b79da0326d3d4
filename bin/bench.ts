// The door of `npm run bench`: figures for people on standard error, and as JSON on the last line of standard output. A
// missed target is no failure. It must never measure.
import { dirname } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { bundleFunctions, bundleSizes } from '#lib/bundle.ts';
import { runBench } from '#local/bench/bench.ts';
import { measureDelivery } from '#local/bench/delivery/delivery.ts';
import { importMs } from '#local/bench/import-time.ts';
import type { BenchResult, BundleResult } from '#local/bench/result.ts';
import { measureSweeps } from '#local/bench/sweeps/sweeps.ts';
import { table } from '#local/bench/table.ts';
import { targetsOf } from '#local/bench/targets.ts';
import { areClusterProgramsThere } from '#local/parts/cluster-install.ts';
import { stopAll } from '#local/parts/process.ts';
import type { Reporter } from '#local/parts/report.ts';
import { hostEnvironment } from './host.ts';

const root = dirname(import.meta.dirname);
const colors = pc.createColors(pc.isColorSupported && process.stderr.isTTY === true);
const paint = { good: colors.green, bad: colors.red, head: colors.bold };

const say = (line: string): boolean => process.stderr.write(`${line}\n`);

const reporter: Reporter = ({ step, text, seconds }) => {
  say(`${colors.dim(step.padEnd(8))} ${text}${seconds === undefined ? '' : ` (${seconds} s)`}`);
};

const measureBundles = async (): Promise<BundleResult[]> => {
  const folders = bundleFunctions({ catalogue: { hash: '', certificates: [] } });
  const results: BundleResult[] = [];
  for (const { name, bytes } of bundleSizes())
    results.push({ name, bytes, importMs: await importMs({ name, folder: folders[name] }) });
  return results;
};

const LEFT_OUT = "a cluster's programs are not installed (npm run bench -- --kubernetes builds them, 15-20 min, once)";

const delivered = async (kubernetes: boolean): Promise<BenchResult['delivery']> => {
  if (kubernetes || areClusterProgramsThere(root))
    return measureDelivery({ root, hostEnv: hostEnvironment(), reporter });
  reporter({ step: 'bench', text: `from AWSCURRENT to the Kubernetes Secret: not measured, ${LEFT_OUT}` });
  return { leftOut: LEFT_OUT };
};

const bench = async (kubernetes: boolean): Promise<void> => {
  reporter({ step: 'bundles', text: 'bundling the functions and importing each in five fresh processes' });
  const bundles = await measureBundles();
  if (interrupted !== undefined) return;
  const options = { root, hostEnv: hostEnvironment(), reporter };
  const measured = await runBench(options);
  const sweeps = await measureSweeps(options);
  const delivery = await delivered(kubernetes);
  const result: BenchResult = { schema: 1, ...measured, sweeps, bundles, delivery };
  for (const line of ['', ...table(result, targetsOf(result), paint)]) say(line);
  process.stdout.write(`${JSON.stringify(result)}\n`);
};

let interrupted: number | undefined;
const STOP_AGAIN_MS = 200;
const HARD_END_MS = 20_000;

/** Ends the children, also those that are started meanwhile: what waits for them fails, and cleans up. */
const interrupt = (code: number) => (): void => {
  if (interrupted !== undefined) return;
  interrupted = code;
  say('ending everything that was started');
  setTimeout(() => process.exit(code), HARD_END_MS).unref();
  setInterval(() => void stopAll(), STOP_AGAIN_MS).unref();
};
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, disconnect: 143 };
for (const [name, code] of Object.entries(CODES)) process.on(name, interrupt(code));
// The launcher's channel alone must not keep this process going.
process.channel?.unref();

const program = new Command('npm run bench --')
  .description(
    'Measures Evercert on a local cloud: from an ACME CA 1 certificate (five times), 20 and 100 at once, from an own CA 1, 100 and 1,000, sweeps over large fleets, and 20 Kubernetes Secrets where a cluster is installed',
  )
  .option('--kubernetes', "build a local cluster's programs where they are missing (15-20 min, once)")
  .option('--json', 'the last line of standard output is JSON, with or without this')
  .addHelpText(
    'after',
    '\nExit codes: 0 measured (targets that were missed are shown), 1 failed, 2 wrong usage, 130 interrupted.',
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();
try {
  await bench(program.opts<{ kubernetes?: true }>().kubernetes === true);
  process.exitCode = interrupted ?? 0;
} catch (error) {
  if (interrupted === undefined) say(colors.red(error instanceof Error ? (error.stack ?? error.message) : `${error}`));
  process.exitCode = interrupted ?? 1;
}
