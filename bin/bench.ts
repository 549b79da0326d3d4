// The door of `npm run bench`: figures for people on standard error, and as JSON on the last line of standard output. A
// missed target is no failure. It must never measure.
import { Command } from 'commander';
import pc from 'picocolors';
import { bundleFunctions, bundleSizes } from '#lib/bundle.ts';
import { runBench } from '#local/bench/bench.ts';
import { importMs } from '#local/bench/import-time.ts';
import type { BenchResult, BundleResult } from '#local/bench/result.ts';
import { table } from '#local/bench/table.ts';
import { targetsOf } from '#local/bench/targets.ts';
import { stopAll } from '#local/parts/process.ts';
import type { Reporter } from '#local/parts/report.ts';
import { hostEnvironment } from './host.ts';

const root = new URL('..', import.meta.url).pathname;
const colors = pc.createColors(pc.isColorSupported && process.stderr.isTTY === true);
const paint = { good: colors.green, bad: colors.red, head: colors.bold };

const say = (line: string): boolean => process.stderr.write(`${line}\n`);

const reporter: Reporter = ({ step, text, seconds }) => {
  say(`${colors.dim(step.padEnd(8))} ${text}${seconds === undefined ? '' : ` (${seconds} s)`}`);
};

/** The functions' code as it is deployed. */
const measureBundles = async (): Promise<BundleResult[]> => {
  const folders = bundleFunctions({ catalogue: { hash: '', certificates: [] } });
  const results: BundleResult[] = [];
  for (const { name, bytes } of bundleSizes())
    results.push({ name, bytes, importMs: await importMs({ name, folder: folders[name] }) });
  return results;
};

const bench = async (): Promise<void> => {
  reporter({ step: 'bundles', text: 'bundling the functions and importing each in five fresh processes' });
  const bundles = await measureBundles();
  const measured = await runBench({ root, hostEnv: hostEnvironment(), reporter });
  const result: BenchResult = { schema: 1, ...measured, bundles };
  for (const line of ['', ...table(result, targetsOf(result), paint)]) say(line);
  process.stdout.write(`${JSON.stringify(result)}\n`);
};

let interrupted: number | undefined;

/** Ends the children: what waits for them fails, and cleans up; what does not end by that is ended hard. */
const interrupt = (code: number) => (): void => {
  if (interrupted !== undefined) return;
  interrupted = code;
  say('ending everything that was started');
  setTimeout(() => process.exit(code), 15_000).unref();
  void stopAll();
};
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.on(signal, interrupt(code));
process.on('disconnect', interrupt(143));
// The launcher's channel alone must not keep this process going.
process.channel?.unref();

new Command('npm run bench --')
  .description('Measures Evercert on a local cloud: 1 certificate (five times), 20 and 100 at once')
  .option('--json', 'accepted for the habit: the last line of standard output is JSON in any case')
  .parse();
try {
  await bench();
  process.exitCode = 0;
} catch (error) {
  if (interrupted === undefined) say(colors.red(error instanceof Error ? (error.stack ?? error.message) : `${error}`));
  process.exitCode = interrupted ?? 1;
}
