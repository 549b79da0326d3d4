// The local cloud by hand: `npm start`. It reads the arguments, minds signals, and ends with an exit code; all else is in local/.
import { dirname, join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { claimInstance } from '#local/parts/folders.ts';
import { type RunEnd, runLocal } from '#local/watch/run.ts';
import { screenOn } from '#local/watch/screen.ts';
import { hostEnvironment } from './host.ts';

interface Arguments {
  readonly once?: true;
  readonly partial?: true;
  readonly keep?: true;
  readonly json?: true;
  readonly declarations?: string;
  readonly kubernetes?: true;
  /** False with --no-page. */
  readonly page: boolean;
}

const HELP = `
Examples:
  npm start                                        the folder examples/first-steps, until Ctrl-C
  npm start -- --once                              ends after the proof, and after the renewal of what is short-lived
  npm start -- --declarations ../k8s/certificates  your own cert-manager YAML; CA, zones and roles become local ones
  npm start -- --once --json 2>/dev/null           the result alone, one line of JSON
  npm start -- --kubernetes                        and each certificate's Secret in a Kubernetes API server

--kubernetes brings no nodes, but the real kube-apiserver and External Secrets Operator. The first time builds them from
source, one after the other: 15-20 minutes on two cores, 4 GB of free memory and 8 GB of free disk; a line every 30 s tells
how long it has taken. Ctrl-C leaves nothing half installed, and the next start goes on with what is not finished.

Exit codes: 0 as expected (also Ctrl-C once everything is proven; npm itself then says 130), 1 something failed,
2 declarations refused or wrong usage (nothing was started), 130 interrupted before the proof.
Everything lies in .evercert/, which may be deleted when nothing runs.`;

const root = dirname(import.meta.dirname);

const parse = (): Arguments | undefined => {
  const program = new Command('npm start --')
    .description('Evercert on this machine: emulated AWS, a test CA, your declarations')
    .option('--once', 'end after the proof and the renewal of short-lived certificates, at the latest after 15 minutes')
    .option('--declarations <path>', 'a folder of cert-manager YAML (default: examples/first-steps)')
    .option('--partial', 'run the documents without errors')
    .option('--keep', 'keep the emulated AWS for the next start with --keep')
    .option('--kubernetes', 'deliver into a local cluster; the first time builds its programs, 15-20 min')
    .option('--no-page', 'show nothing in the browser')
    .option('--json', 'narration on stderr; the last line of stdout is the result')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', HELP)
    .exitOverride();
  try {
    program.parse();
    return program.opts<Arguments>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return undefined;
  }
};

/** npm runs scripts in the repository's folder; a path is meant from where the person stands. */
const folderOf = ({ declarations }: Arguments, env: Readonly<Record<string, string | undefined>>): string =>
  declarations === undefined ? join('examples', 'first-steps') : resolve(env.INIT_CWD ?? process.cwd(), declarations);

/** npm, the launcher and the terminal each deliver the same Ctrl-C. */
const SAME_SIGNAL_MS = 1_000;

/** Aborted by the first signal, or when the launcher is gone; a second Ctrl-C ends at once. */
const interruption = (say: (line: string) => void): AbortSignal => {
  const controller = new AbortController();
  let at = Number.POSITIVE_INFINITY;
  const stop = (): void => {
    if (performance.now() - at > SAME_SIGNAL_MS) process.exit(130);
    if (controller.signal.aborted) return;
    at = performance.now();
    say('interrupted: ending everything that was started');
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.once('disconnect', stop);
  return controller.signal;
};

const NOTHING: RunEnd['result'] = { schema: 1, ok: false, certificates: [], problems: [] };

/** The result is the last line of stdout; then this process is over. */
const end = async (args: Arguments, { exitCode, result }: RunEnd): Promise<never> => {
  if (args.json) await new Promise((done) => process.stdout.write(`${JSON.stringify(result)}\n`, done));
  return process.exit(exitCode);
};

const run = async (args: Arguments): Promise<void> => {
  const hostEnv = hostEnvironment();
  const stream = args.json ? process.stderr : process.stdout;
  const screen = screenOn(stream, { dumb: hostEnv.TERM === 'dumb' });
  const claim = claimInstance(root);
  if (claim.kind === 'held') {
    const other = claim.pid > 0 ? ` (process ${claim.pid})` : '';
    screen.say(`a local cloud of this checkout is running already${other}: end it with Ctrl-C there, then start again`);
    return end(args, { exitCode: 1, result: NOTHING });
  }
  process.once('exit', claim.release);
  const request = {
    root,
    hostEnv,
    folder: folderOf(args, hostEnv),
    once: args.once === true,
    partial: args.partial === true,
    keep: args.keep === true,
    kubernetes: args.kubernetes === true,
    page: args.page,
    screen,
    signal: interruption(screen.say),
  };
  const failed = (error: Error): RunEnd => {
    screen.say(`unexpected: ${error.stack ?? error.message}`);
    return { exitCode: 1, result: NOTHING };
  };
  await end(args, await runLocal(request).catch(failed));
};

process.chdir(root);
const args = parse();
if (args !== undefined) await run(args);
else process.disconnect?.();
