// A fleet of a thousand on a simulated clock, a third of it hopeless; and the cost of a sweep over a million rows. The
// real feed on the fake ledger; executions are only durations.
import { describe, expect, it } from 'vitest';
import type { Progress } from '#core/journey/row.ts';
import type { DueRow } from '#core/journey/rows.ts';
import { dueShard, instant } from '#core/ledger-format.ts';
import { shardOf } from '#core/names.ts';
import type { DueRows, ExecutionInput, Log } from '#core/ports.ts';
import { retryAt } from '#core/renewal/backoff.ts';
import { type FeedPorts, feed } from '#core/sweep/feed.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import { fakeExecutions } from '#test/support/fake-executions.ts';
import { fakeLedger } from '#test/support/fake-ledger.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const PERIOD = 5 * MINUTE;
const START = new Date('2026-11-25T12:00:00.000Z').getTime();
const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const isHopeless = (name: string): boolean => Number(name.slice(name.lastIndexOf('c') + 1)) % 10 < 3;

/** Delays are of renewals: as all begin at once, nobody is known to fail yet. Those that fail hold their place for a minute and come back as often as the backoff ever lets them. */
const fleet = async (options: { count: number; inFlight: number; renewEveryMs: number }) => {
  let now = START;
  const ledger = fakeLedger();
  const ends: { at: number; input: ExecutionInput }[] = [];
  const dueSince = new Map<string, number>();
  const delays: number[] = [];
  const failures = new Map<string, number>();
  for (let i = 0; i < options.count; i++) {
    const declared = declaredCertificate({ name: `team-${i % 7}/c${i}` });
    await ledger.declaredRows.declare({ declared, seen: undefined, uid: `u${i}`, now: new Date(now) });
  }

  const next = (name: string): { progress: Progress; at: Date } => {
    if (!isHopeless(name)) {
      const at = new Date(now + options.renewEveryMs + (Number(name.slice(name.lastIndexOf('c') + 1)) % 97) * MINUTE);
      dueSince.set(name, at.getTime());
      return { progress: { revision: 1 }, at };
    }
    const count = (failures.get(name) ?? 0) + 1;
    failures.set(name, count);
    // Expired long ago: the shortest gap that there is.
    const at = retryAt({ class: 'step', count, now: new Date(now), notAfter: new Date(START - HOUR) });
    const failure = { code: 'CHALLENGE_FAILED', class: 'step', message: '', at: '', generation: 1 } as const;
    return { progress: { revision: 1, failure: { ...failure, count, retryAt: at.toISOString() } }, at };
  };

  const end = async ({ name, uid, run }: ExecutionInput) => {
    const claimed = await ledger.claimedRows.claim({
      name,
      uid,
      run,
      now: new Date(now),
      leaseUntil: new Date(now + MINUTE),
    });
    if (typeof claimed === 'string') throw new Error(claimed);
    const { progress, at } = next(name);
    await ledger.claimedRows.release({
      row: claimed,
      progress: { ...progress, endedRun: run },
      timers: { startAt: instant(at) },
    });
  };

  const passTo = async (to: number) => {
    now = to;
    for (let i = ends.length - 1; i >= 0; i--) if (ends[i]!.at <= now) await end(ends.splice(i, 1)[0]!.input);
  };
  const ports: FeedPorts = {
    clock: { now: () => new Date(now) },
    // Ten times as slow as the real one, for the test's sake.
    timer: { sleep: (ms) => passTo(now + 10 * ms) },
    due: ledger.dueRows,
    turn: ledger.sweepTurn,
    random: { uuid: () => 'sweep' },
    log,
    executions: {
      start: async (input) => {
        const since = dueSince.get(input.name);
        if (since !== undefined) delays.push(now - since);
        ends.push({ at: now + (isHopeless(input.name) ? MINUTE : 10 * SECOND), input });
      },
      isRunning: async ({ uid, run }) => ends.some(({ input }) => input.uid === uid && input.run === run),
      countRunning: async () => ends.length,
    },
  };
  const sweepUntil = async (until: number) => {
    for (let at = now; at < until; at += PERIOD) {
      await passTo(Math.max(at, now));
      await feed(ports, { inFlight: options.inFlight, sweepPeriodMs: PERIOD }, new Date(now + 4 * MINUTE));
    }
  };
  return { sweepUntil, delays, failures };
};

describe('thirty percent of a thousand fail for ever', () => {
  it('every healthy one begins to be renewed within one sweep of its time, for eight hours, in sixty places', async () => {
    const f = await fleet({ count: 1_000, inFlight: 60, renewEveryMs: 2 * HOUR });
    await f.sweepUntil(START + 8 * HOUR);
    expect(f.failures.size).toBe(300);
    expect(Math.min(...f.failures.values())).toBeGreaterThan(10);
    expect(f.delays.length).toBeGreaterThanOrEqual(700 * 2);
    expect(Math.max(...f.delays)).toBeLessThanOrEqual(PERIOD);
  }, 60_000);
});

/** The due index as DynamoDB serves it: a sorted list a shard, read from its start; rows that are not due are never touched. */
const countingIndex = (rows: number, due: number) => {
  const shards = new Map<string, DueRow[]>();
  const far = new Date(START + 1_000 * HOUR).toISOString();
  for (let i = 0; i < rows; i++) {
    const name = `default/c${i}`;
    const nextActionAt = i < due ? new Date(START - i * SECOND).toISOString() : far;
    const key = dueShard(shardOf(name));
    const shard = shards.get(key) ?? [];
    shard.push({ name, uid: `u${i}`, run: 0, nextActionAt, failures: 0 });
    shards.set(key, shard);
  }
  for (const shard of shards.values()) shard.sort((a, b) => (a.nextActionAt < b.nextActionAt ? -1 : 1));
  const counted = { queries: 0, itemsRead: 0, writes: 0 };
  const port: DueRows = {
    due: async ({ now, limit }) => {
      const found: DueRow[] = [];
      for (const shard of shards.values()) {
        counted.queries++;
        for (const row of shard.slice(0, limit)) {
          if (row.nextActionAt > instant(now)) break;
          counted.itemsRead++;
          found.push(row);
        }
      }
      return found;
    },
    book: async ({ row, lookAgainAt }) => {
      counted.writes++;
      const shard = shards.get(dueShard(shardOf(row.name)))!;
      shard.splice(shard.indexOf(row), 1);
      shard.push({ ...row, run: row.run + 1, nextActionAt: instant(lookAgainAt) });
      return true;
    },
    postpone: async () => undefined,
  };
  return { port, counted };
};

describe('the cost of a sweep', () => {
  const cost = async (rows: number) => {
    const { port, counted } = countingIndex(rows, 10);
    const ledger = fakeLedger();
    const ports: FeedPorts = {
      clock: { now: () => new Date(START) },
      timer: { sleep: async () => undefined },
      due: port,
      turn: ledger.sweepTurn,
      random: { uuid: () => 'sweep' },
      executions: fakeExecutions(),
      log,
    };
    const fed = await feed(ports, { inFlight: 100, sweepPeriodMs: PERIOD }, new Date(START + MINUTE));
    return { ...counted, started: fed.started };
  };

  it('is the same over a thousand rows and over a million, ten of them due', async () => {
    const expected = { queries: 16, itemsRead: 10, writes: 10, started: 10 };
    expect(await cost(1_000)).toEqual(expected);
    expect(await cost(1_000_000)).toEqual(expected);
  }, 60_000);
});
