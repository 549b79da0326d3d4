// One run of the local cloud for a person or a script: starts, watches, proves, tells, ends. It must never read arguments
// or the environment.
import { DeclarationsRefused, type Declared } from '../cloud/declared.ts';
import type { LedgerLook } from '../cloud/ledger-look.ts';
import { LOCAL_CLUSTER } from '../cloud/local-cluster.ts';
import type { Cloud, CloudOptions } from '../cloud/options.ts';
import { startCloud } from '../cloud/start.ts';
import { DeploymentFailed } from '../cloud/tools.ts';
import type { LocalPage } from '../page/page.ts';
import { stopAll } from '../parts/process.ts';
import { PartError } from '../parts/report.ts';
import { watchEarly } from './early.ts';
import { defaultExpected, misses, readExpected } from './expected.ts';
import { declaredText, placesText, problemText, proofText, settledText } from './narrate.ts';
import { type Finding, judgedResult, type RunResult, refusedResult, runResult } from './result.ts';
import type { Screen } from './screen.ts';
import { openPage, progressOf } from './seen.ts';
import { standingOf } from './standing.ts';
import { resultLines } from './table.ts';
import { watch } from './watch.ts';

export interface RunRequest {
  readonly root: string;
  readonly hostEnv: CloudOptions['hostEnv'];
  /** A folder (or file) of YAML. */
  readonly folder: string;
  readonly once: boolean;
  readonly partial: boolean;
  readonly keep: boolean;
  /** With a cluster of the name LOCAL_CLUSTER. */
  readonly kubernetes: boolean;
  /** Shows it in a browser too, at a port of the loopback. */
  readonly page: boolean;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

export interface RunEnd {
  /** 0 as expected, 1 something failed, 2 declarations refused, 130 interrupted before the proof. */
  readonly exitCode: 0 | 1 | 2 | 130;
  readonly result: RunResult;
}

const LIMIT_MS = 15 * 60_000;
const SWEEP_PERIOD_MS = 60_000;

const optionsOf = (
  { root, hostEnv, folder, partial, keep, kubernetes, screen }: RunRequest,
  reporter: CloudOptions['reporter'],
  onDeploying: NonNullable<CloudOptions['onDeploying']>,
): CloudOptions => ({
  root,
  hostEnv,
  reporter,
  declarations: { folder },
  partial,
  keep,
  ...(kubernetes ? { kubernetes: [LOCAL_CLUSTER] } : {}),
  onDeploying,
  onLocalised: (notes) => {
    for (const note of notes) screen.say(screen.paint.dim(`local: ${note}`));
  },
});

/** What was declared, where nothing came of it. */
const untouched = (declared: Declared | undefined): RunResult => {
  const now = new Date();
  const seen = { row: undefined, history: [], wantedAt: now, now, deadline: now, sweepPeriodMs: SWEEP_PERIOD_MS };
  const findings = (declared?.catalogue.certificates ?? []).map((one) => ({
    standing: standingOf({ ...seen, declared: one }),
    versions: [],
    proof: undefined,
  }));
  return runResult({ ok: false, findings, leftOut: declared?.leftOut ?? [], problems: declared?.problems ?? [] });
};

const judge = (request: RunRequest, cloud: Cloud, findings: readonly Finding[]): { ok: boolean; lines: string[] } => {
  const { catalogue, leftOut } = cloud.declared;
  const expected = readExpected(request.folder) ?? defaultExpected(catalogue.certificates.map(({ name }) => name));
  const refusals = leftOut.map((one) => ({ ...refusedResult(one), proven: false }));
  const lines = misses(expected, [...findings.map(judgedResult), ...refusals]);
  return { ok: lines.length === 0, lines };
};

interface Following {
  readonly request: RunRequest;
  readonly cloud: Cloud;
  readonly deadline: Date;
  readonly page: LocalPage | undefined;
}

/** Watches to the end, and tells what came of it. */
const follow = async ({ request, cloud, deadline, page }: Following): Promise<RunEnd> => {
  const { screen, once, signal } = request;
  let settled = false;
  const findings = await watch({
    cloud,
    sweepPeriodMs: SWEEP_PERIOD_MS,
    deadline,
    signal,
    until: once ? 'done' : 'aborted',
    onLook: (look) => page?.show(look),
    onStandings: (standings) => screen.show(standings),
    onProof: (event) => screen.say(proofText(event)),
    onSettled: (now, renewing) => {
      settled = true;
      screen.say(screen.paint.bold(settledText({ findings: now, renewing, once })));
    },
  });
  screen.end();
  const { ok, lines } = judge(request, cloud, findings);
  const look = { paint: screen.paint, width: screen.width() };
  for (const line of ['', ...resultLines(findings.map(judgedResult), look), '']) screen.print(line);
  const { leftOut, problems } = cloud.declared;
  const result = runResult({ ok, findings, leftOut, problems });
  if (signal.aborted) return { exitCode: settled && !once ? 0 : 130, result };
  for (const line of lines) screen.say(screen.paint.red(`not as expected: ${line}`));
  if (ok) screen.say(screen.paint.green('everything is as expected'));
  return { exitCode: ok ? 0 : 1, result };
};

const refused = (request: RunRequest, error: DeclarationsRefused): RunEnd => {
  const { screen } = request;
  for (const problem of error.declared?.problems ?? []) screen.say(problemText(problem));
  screen.say(screen.paint.red(`${error.message}; nothing was started`));
  if ((error.declared?.catalogue.certificates.length ?? 0) > 0)
    screen.say('--partial runs the documents without errors');
  return { exitCode: 2, result: untouched(error.declared) };
};

/** Starts, with the board on the screen from the ledger's first row on. */
const startAndShow = async (request: RunRequest, deadline: Date, page: LocalPage | undefined): Promise<Cloud> => {
  const ended = new AbortController();
  let early: Promise<void> = Promise.resolve();
  const options = optionsOf(request, progressOf(request.screen, page), ({ clients, declared }) => {
    const onStandings = request.screen.show;
    const { signal } = ended;
    const onLook = (look: LedgerLook): void => page?.show(look);
    early = watchEarly({ clients, declared, sweepPeriodMs: SWEEP_PERIOD_MS, deadline, signal, onLook, onStandings });
    early.catch(() => ended.abort());
  });
  try {
    return await startCloud(options);
  } finally {
    ended.abort();
    await Promise.allSettled([early]);
  }
};

const runWith = async (request: RunRequest, page: LocalPage | undefined): Promise<RunEnd> => {
  const { screen, signal } = request;
  const deadline = new Date(Date.now() + LIMIT_MS);
  // What is being installed or deployed is ended at once; the start then fails and cleans up.
  const endSteps = (): void => void stopAll();
  signal.addEventListener('abort', endSteps, { once: true });
  try {
    const cloud = await startAndShow(request, deadline, page);
    signal.removeEventListener('abort', endSteps);
    page?.attach({ clients: cloud.directClients, tableName: cloud.outputs.tableName });
    try {
      for (const line of [declaredText(cloud.declared), ...placesText(cloud)]) screen.say(line);
      for (const problem of cloud.declared.problems) screen.say(problemText(problem));
      return await follow({ request, cloud, deadline, page });
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    if (signal.aborted) return { exitCode: 130, result: untouched(undefined) };
    if (error instanceof DeclarationsRefused) return refused(request, error);
    if (!(error instanceof PartError || error instanceof DeploymentFailed)) throw error;
    screen.say(screen.paint.red(error.message));
    return { exitCode: 1, result: untouched(undefined) };
  }
};

/** Runs until its end or the signal. Errors that a person can mend are told, not thrown. */
export const runLocal = async (request: RunRequest): Promise<RunEnd> => {
  if (!request.page) return runWith(request, undefined);
  const page = await openPage(request.screen, SWEEP_PERIOD_MS);
  try {
    const { exitCode, result } = await runWith(request, page);
    return { exitCode, result: { ...result, page: page.url } };
  } finally {
    await page.stop();
  }
};
