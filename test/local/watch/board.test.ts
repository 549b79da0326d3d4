// The board at the widths of real terminals, without colours.
import { expect, test } from 'vitest';
import { boardLines, changeKey, changeLines, fitting, PLAIN } from '#local/watch/board.ts';
import type { Standing } from '#local/watch/standing.ts';

const standing = (change: Partial<Standing>): Standing => ({
  name: 'demo/single-name',
  dnsNames: ['www.example.com'],
  issuer: 'ClusterIssuer/ca',
  state: 'waiting',
  settled: false,
  phase: 'ordering',
  next: 'waits: the CA to validate',
  reason: null,
  elapsedMs: 4_200,
  currentVersionId: undefined,
  secondsToCurrent: null,
  ...change,
});

const THREE = [
  standing({}),
  standing({
    name: 'demo/six-minutes',
    state: 'ready',
    phase: 'current',
    next: 'valid 5 min 54 s, renews 08:06:00 UTC (in 2 min 54 s)',
    elapsedMs: 3_000,
  }),
  standing({
    name: 'a-namespace-with-a-long-name/a-certificate-with-a-longer-name',
    state: 'failed',
    phase: 'failed',
    next: 'DNS_NO_ZONE: no public hosted zone of ours covers _acme-challenge.www.example.org; next try in 24 h',
    elapsedMs: 61_000,
  }),
];

test('80 columns: a name keeps a third, what is next is cut', () => {
  expect(boardLines(THREE, { width: 80, paint: PLAIN })).toEqual([
    '● demo/single-name            ordering  4 s        waits: the CA to validate',
    '✔ demo/six-minutes            current   3 s        valid 5 min 54 s, renews 08:…',
    '✖ a-namespace-with-a-long-n…  failed    1 min 1 s  DNS_NO_ZONE: no public hoste…',
  ]);
});

test('140 columns: names up to forty characters', () => {
  expect(boardLines(THREE, { width: 140, paint: PLAIN })).toEqual([
    '● demo/single-name                          ordering  4 s        waits: the CA to validate',
    '✔ demo/six-minutes                          current   3 s        valid 5 min 54 s, renews 08:06:00 UTC (in 2 min 54 s)',
    '✖ a-namespace-with-a-long-name/a-certific…  failed    1 min 1 s  DNS_NO_ZONE: no public hosted zone of ours covers _acme-challenge.www.exam…',
  ]);
});

test.each([20, 40, 60, 80, 100, 140, 200])('no line is wider than %d columns', (width) => {
  for (const line of boardLines(THREE, { width, paint: PLAIN })) expect([...line].length).toBeLessThanOrEqual(width);
});

test('control characters of a message do not reach the terminal', () => {
  const [line] = boardLines([standing({ next: 'a\u001b[2Jb\nc' })], { width: 140, paint: PLAIN });
  expect(line).toBe('● demo/single-name  ordering  4 s  a [2Jb c');
});

test('a low terminal shows what is at work before what is done', () => {
  const { shown, hidden } = fitting(THREE, 2);
  expect(shown.map(({ name }) => name)).toEqual(['demo/single-name']);
  expect(hidden).toBe(2);
});

test('a log gets a line when the phase changes, and none for the passing of time', () => {
  const known = new Map(THREE.map((one) => [one.name, changeKey(one)]));
  const later = THREE.map((one) => ({ ...one, elapsedMs: one.elapsedMs + 60_000 }));
  const renewed = standing({ ...later[1], next: 'valid 4 min, renews 08:06:00 UTC (in 1 min)' });
  expect(changeLines(known, [later[0]!, renewed, later[2]!])).toEqual([]);
  expect(changeLines(known, [standing({ phase: 'storing', next: '' })])).toEqual(['demo/single-name: storing']);
});
