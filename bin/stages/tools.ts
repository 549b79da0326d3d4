// Runs the tools that judge the repository, one child each. It must never know which stages there are.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hostEnvironment } from '../host.ts';
import { readReport, type Tally, tallyOf } from './tally.ts';

export const root = join(import.meta.dirname, '..', '..');
const reports = join(root, '.evercert', 'test');
const children = new Set<ChildProcess>();

/** Colours only for a person at a terminal who has not declined them (no-color.org). */
function toolEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR, ...host } = hostEnvironment();
  if (process.stdout.isTTY && !host.NO_COLOR) return { ...host };
  return { ...host, NO_COLOR: '1' };
}

export interface Outcome {
  readonly exitCode: number;
  readonly seconds: number;
  /** stdout and stderr; empty when they were shown as they came. */
  readonly output: string;
}

/** Runs a tool of node_modules/.bin (first on PATH) from the repository's root. `live`: its output is shown as it comes. */
export function runTool({
  tool,
  args,
  live,
}: {
  tool: string;
  args: readonly string[];
  live: boolean;
}): Promise<Outcome> {
  const started = performance.now();
  return new Promise((done, fail) => {
    const child = spawn(tool, args, {
      cwd: root,
      env: toolEnvironment(),
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    children.add(child);
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', fail);
    child.once('close', (code) => {
      children.delete(child);
      const seconds = (performance.now() - started) / 1000;
      done({ exitCode: code ?? 1, seconds, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

/** Ends every tool that runs. */
export function stopTools(): void {
  for (const child of children) child.kill('SIGTERM');
}

/** Runs one vitest project and counts what it did. */
export async function runVitest({
  project,
  live,
}: {
  project: string;
  live: boolean;
}): Promise<Outcome & { readonly tally: Tally }> {
  const report = join(reports, `${project}.json`);
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const outcome = await runTool({ tool: 'vitest', args: ['run', '--project', project, ...reporters], live });
  return { ...outcome, tally: tallyOf({ report: readReport(report), exitCode: outcome.exitCode }) };
}
