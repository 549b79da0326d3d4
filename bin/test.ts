// The one command that judges the repository: check (format, lint, types, unit tests, synth), contract, end-to-end; and
// apart from these, by `npm run test:system`, what takes long to fetch or build.
// It must never know what a test is about.

import { installChromium } from '#local/parts/chromium.ts';
import { installCluster } from '#local/parts/cluster-install.ts';
import { projectFolders } from '#local/parts/folders.ts';
import { installParts } from '#local/parts/install.ts';
import { installKeystoreReaders } from '#local/parts/keystore-readers.ts';
import { PartError, type ProgressLine } from '#local/parts/report.ts';
import { hostEnvironment } from './host.ts';
import { closingLine, sum, type Tally } from './stages/tally.ts';
import { root, runTool, runVitest, stopTools } from './stages/tools.ts';

const STAGES = ['check', 'unit', 'contract', 'e2e', 'system'] as const;
type Stage = (typeof STAGES)[number];
const OF_ALL: readonly Stage[] = ['check', 'contract', 'e2e'];

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** A tool that counts as one test: its output is shown when it fails. */
async function judge({ name, tool, args }: { name: string; tool: string; args: readonly string[] }): Promise<Tally> {
  const { exitCode, seconds, output } = await runTool({ tool, args, live: false });
  const good = exitCode === 0;
  say(`${good ? 'ok' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s)${good ? '' : `\n${output.trimEnd()}`}`);
  return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
}

async function tests(project: string): Promise<Tally> {
  const { tally, seconds } = await runVitest({ project, live: true });
  say(`${tally.failed === 0 ? 'ok' : 'FAILED'}  ${project} tests: ${closingLine(tally)} (${seconds.toFixed(1)} s)`);
  if (tally.passed + tally.failed === 1 && tally.failed === 1)
    say(`   (the ${project} run failed, or executed no test)`);
  return tally;
}

/** Two lanes, since two cores: the tools one after the other beside the unit tests. */
async function check(): Promise<Tally> {
  const tools = async (): Promise<Tally> => {
    const types = [
      '--noEmit',
      '--pretty',
      'false',
      '--incremental',
      '--tsBuildInfoFile',
      '.evercert/test/types.tsbuildinfo',
    ];
    return sum([
      await judge({ name: 'format and lint', tool: 'biome', args: ['check', '--colors=off', '.'] }),
      await judge({ name: 'types', tool: 'tsc', args: types }),
      await judge({ name: 'synth', tool: 'cdk', args: ['synth', '--quiet', '--no-notices', '--no-color'] }),
    ]);
  };
  return sum(await Promise.all([tools(), tests('unit')]));
}

/** The tests of the real parts install what they need; doing it here keeps that out of their time limits. */
async function onRealParts(project: string): Promise<Tally> {
  const reporter = ({ step, text, seconds }: ProgressLine): void => {
    say(`    ${step}: ${text}${seconds === undefined ? '' : ` (${seconds} s)`}`);
  };
  const need = ['ministack', 'moto', 'microburst', 'caddy', 'pebble'] as const;
  const hostEnv = hostEnvironment();
  try {
    await installParts({ root, hostEnv, reporter, need });
    if (project === 'system') {
      await installKeystoreReaders({ folders: projectFolders(root), hostEnv, reporter });
      await installChromium({ folders: projectFolders(root), hostEnv, reporter });
      // 15-20 min where nothing of it is there; a line every 30 s.
      await installCluster({ root, hostEnv, reporter });
    }
  } catch (error) {
    if (!(error instanceof PartError)) throw error;
    say(`FAILED  the real parts of the ${project} tests: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return tests(project);
}

async function run(stage: Stage): Promise<Tally> {
  const started = performance.now();
  say(`== ${stage}`);
  const tally = await (stage === 'check' ? check() : stage === 'unit' ? tests(stage) : onRealParts(stage));
  say(`== ${stage}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return tally;
}

/** `--only <stage>`, or nothing for all; undefined when it is neither. */
function stagesOf(args: readonly string[]): readonly Stage[] | undefined {
  if (args.length === 0) return OF_ALL;
  const [flag, name] = args;
  const stage = STAGES.find((known) => known === name);
  return flag === '--only' && stage !== undefined && args.length === 2 ? [stage] : undefined;
}

async function main(): Promise<number> {
  const stages = stagesOf(process.argv.slice(2));
  if (stages === undefined) {
    process.stderr.write(`usage: npm test [-- --only ${STAGES.join('|')}]\n`);
    return 2;
  }
  const tallies: Tally[] = [];
  for (const stage of stages) tallies.push(await run(stage));
  const all = sum(tallies);
  const skipsFail = all.skipped > 0 && (hostEnvironment().CI ?? '') !== '';
  if (skipsFail) say('a skipped test is a failure here (CI is set)');
  say(closingLine(all));
  return all.failed > 0 || skipsFail ? 1 : 0;
}

const end = (code: number) => (): never => {
  stopTools();
  process.exit(code);
};
process.once('SIGINT', end(130));
process.once('SIGTERM', end(143));
process.once('disconnect', end(143)); // the launcher is gone
process.channel?.unref();
process.exitCode = await main();
