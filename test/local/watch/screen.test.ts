// The board is redrawn in place on a terminal, and told in lines elsewhere.
import { expect, test } from 'vitest';
import { screenOn } from '#local/watch/screen.ts';
import type { Standing } from '#local/watch/standing.ts';

const one: Standing = {
  name: 'demo/www',
  dnsNames: [],
  issuer: 'Issuer/ca',
  state: 'waiting',
  settled: false,
  phase: 'ordering',
  next: '',
  reason: null,
  elapsedMs: 1_000,
  currentVersionId: undefined,
  secondsToCurrent: null,
};
const later = { ...one, elapsedMs: 2_000 };

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, columns: 80, rows: 24, write: (text: string) => written.push(text), written };
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are taken off
const uncoloured = (text: string): string => text.replace(/\x1b\[\d+m/g, '');

test('a pipe gets one line a change, without colours or cursor movements', () => {
  const pipe = stream(false);
  const screen = screenOn(pipe, { dumb: false });
  screen.show([one]);
  screen.show([later]);
  screen.say('hello');
  expect(pipe.written).toEqual(['   0 s  demo/www: ordering\n', '   0 s  hello\n']);
});

test('a terminal sees the board move: what is said stands above it', () => {
  const terminal = stream(true);
  const screen = screenOn(terminal, { dumb: false });
  screen.show([one]);
  screen.show([later]);
  screen.say('hello');
  expect(terminal.written.map(uncoloured)).toEqual([
    '● demo/www  ordering  1 s\n',
    '\r\x1b[1A\x1b[0J● demo/www  ordering  2 s\n',
    '\r\x1b[1A\x1b[0J   0 s  hello\n● demo/www  ordering  2 s\n',
  ]);
});

test('a failure is told in full above the board, once', () => {
  const terminal = stream(true);
  const screen = screenOn(terminal, { dumb: false });
  const failed = {
    ...one,
    state: 'failed',
    phase: 'failed',
    next: `DNS_NO_ZONE: ${'a long reason '.repeat(10)}`,
  } as const;
  screen.show([failed]);
  screen.show([failed]);
  expect(terminal.written.filter((text) => text.includes(`demo/www: failed (${failed.next})`))).toHaveLength(1);
});

test('a dumb terminal is treated like a pipe', () => {
  const terminal = stream(true);
  screenOn(terminal, { dumb: true }).show([one]);
  expect(terminal.written.map(uncoloured)).toEqual(['   0 s  demo/www: ordering\n']);
});
