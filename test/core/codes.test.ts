// Codes, classes, words, tests and headings hold together: a code that lacks one of them fails here.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES, type CodeMeaning, type ErrorCode, type FailureClass } from '#core/codes.ts';
import { SCOPE_OF } from '#core/failure/scope.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const sources = (...patterns: string[]): string =>
  globSync(patterns, { cwd: root })
    .filter((path) => !/(core\/codes|codes\.test|failure\/scope)\.ts$/.test(path))
    .map(read)
    .join('\n');

const names = Object.keys(CODES) as ErrorCode[];
const meaningOf = (code: ErrorCode): CodeMeaning => CODES[code];
const headings = (text: string): string[] =>
  [...text.matchAll(/^##+ ([A-Z]+_[A-Z_]+|INTERNAL)$/gm)].map((hit) => hit[1]!);
const sectionOf = (text: string, code: string): string =>
  text.split(new RegExp(`^##+ ${code}$`, 'm'))[1]?.split(/^##+ /m)[0] ?? '';

const NEXT_TRY: Readonly<Record<FailureClass, string>> = {
  fast: 'by itself, at once: the step is done again from an earlier point, three times inside one run; then it is paced like a step.',
  step: 'by itself, after 1, 10 and 100 minutes, then daily or after an eighth of what is left of the current certificate, whichever is sooner.',
  wait: 'by itself, when the other side allows it; this is no failure and raises no alarm.',
  human: 'a probe a day (sooner when little is left), or at once when the declaration changes: somebody must act.',
  delivery:
    'by itself, after 1, 2, 5 and 15 minutes, then hourly, and at once with a new version; issuance and other clusters are not held up.',
};
const CIRCUIT = { issuer: "the issuer's circuit", zone: "the zone's circuit", store: 'the circuit of the store' };
const runtime = read('docs/codes.md').split('\n## Runtime')[1]!;
const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

const expected = (code: ErrorCode): string => {
  const { class: failureClass, endsWork, summary, fix } = meaningOf(code);
  const scope = SCOPE_OF[code];
  return [
    sentence(summary),
    '',
    `- Next try: ${NEXT_TRY[failureClass]}`,
    // A delivery has no order.
    ...(failureClass === 'delivery'
      ? []
      : [
          `- The order: ${endsWork ? 'given up; the next try starts anew.' : 'kept, and gone on with at the next try.'}`,
        ]),
    ...(scope === undefined
      ? []
      : [
          `- Whom it hits: more than one; with the third certificate inside half an hour ${CIRCUIT[scope]} opens, and one certificate probes for all.`,
        ]),
    `- What to do: ${fix}.`,
  ].join('\n');
};

describe('docs/codes.md', () => {
  it.each(names)('says of %s what the code says', (code) => {
    expect(sectionOf(runtime, code).trim()).toBe(expected(code));
  });

  it('has no heading of a code that does not exist', () => {
    expect(headings(runtime).filter((name) => !(name in CODES))).toEqual([]);
  });
});

describe('every code', () => {
  it('is given by something', () => {
    const given = sources('core/**/*.ts', 'adapters/**/*.ts');
    expect(names.filter((name) => !given.includes(`'${name}'`))).toEqual([]);
  });

  it('has a test', () => {
    const tests = sources('test/**/*.test.ts', 'test/contracts/**/*.ts');
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(tests))).toEqual([]);
  });

  it('has words of its own: a summary of what was seen, and a fix', () => {
    expect(new Set(names.map((name) => meaningOf(name).summary)).size).toBe(names.length);
    expect(names.filter((name) => meaningOf(name).fix.length < 7)).toEqual([]);
  });
});

describe('docs/runbook.md', () => {
  const runbook = read('docs/runbook.md');

  it('has a heading for each code that calls a person, for each fault of a delivery, and for what stops many at once', () => {
    const calls = names.filter(
      (name) => ['human', 'delivery'].includes(meaningOf(name).class) || SCOPE_OF[name] !== undefined,
    );
    expect(['CIRCUIT_OPEN', ...calls].filter((name) => !headings(runbook).includes(name))).toEqual([]);
  });

  it('names a command or a place to look under each of them', () => {
    const mute = headings(runbook).filter((name) => name in CODES && !/`[^`]+`/.test(sectionOf(runbook, name)));
    expect(mute).toEqual([]);
  });
});
