// What a run must come to: the folder's own `expected.json`, else every accepted certificate ready and verified. Pure but
// for reading that file.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { JudgedResult } from './result.ts';

const expectation = z.object({
  name: z.string(),
  state: z.enum(['ready', 'failed', 'refused']),
  /** Of the failure or refusal. */
  code: z.string().optional(),
  /** At least so many. */
  versions: z.number().int().optional(),
});
export type Expectation = z.infer<typeof expectation>;

/** The list beside the declarations, or undefined where a folder has none. */
export const readExpected = (folder: string): readonly Expectation[] | undefined => {
  const path = join(folder, 'expected.json');
  if (!existsSync(path)) return undefined;
  const read = z.array(expectation).safeParse(JSON.parse(readFileSync(path, 'utf8')));
  return read.success ? read.data : undefined;
};

/** Without a list: what was accepted must be ready; what was refused is told and left (--partial). */
export const defaultExpected = (accepted: readonly string[]): readonly Expectation[] =>
  accepted.map((name) => ({ name, state: 'ready' }));

/** What is at fault: the targets that do not hold it, where all else holds. */
const unproven = ({ name, verified, targets = [] }: JudgedResult): string => {
  const missing = targets.filter(({ ok }) => !ok);
  if (missing.length === 0) return `${name} is not proven: ${JSON.stringify(verified)}`;
  const places = missing.map(({ cluster, namespace, secret }) => `${cluster}/${namespace}/${secret}`);
  return `${name} is not what these Secrets hold: ${places.join(', ')}`;
};

const missed = (wanted: Expectation, found: JudgedResult | undefined): string | undefined => {
  if (found === undefined) return `${wanted.name} is not declared`;
  const { state, reason, proven, versions } = found;
  if (state !== wanted.state)
    return `${wanted.name} is ${state}${reason === null ? '' : ` (${reason.code})`}, not ${wanted.state}`;
  if (wanted.code !== undefined && reason?.code !== wanted.code)
    return `${wanted.name} ${state} with ${reason?.code ?? 'no code'}, not ${wanted.code}`;
  if (state === 'ready' && !proven) return unproven(found);
  if (wanted.versions !== undefined && versions.length < wanted.versions)
    return `${wanted.name} has ${versions.length} versions, not ${wanted.versions}`;
  return undefined;
};

/** What is not as expected, one line each; empty: all is. */
export const misses = (expected: readonly Expectation[], found: readonly JudgedResult[]): string[] =>
  expected.flatMap(
    (wanted) =>
      missed(
        wanted,
        found.find(({ name }) => name === wanted.name),
      ) ?? [],
  );
