// The watchdog: what it finds, whom it tells how often, and that it goes on seeing when a part of its sight fails.
import { beforeEach, describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import type { SweepRecord } from '#core/health/ports.ts';
import type { WatchdogState } from '#core/watchdog/ports.ts';
import { type WatchdogPorts, watchdog } from '#core/watchdog/watchdog.ts';

const START = Date.parse('2026-11-25T12:00:00.000Z');
const at = (minutes: number) => new Date(START + minutes * 60_000);
const settings = { sweepPeriodMs: 300_000, names: { service: 'evercert', schedule: 'Sweep', table: 'T' } };

const swept = (minutes: number, more: Partial<SweepRecord> = {}): SweepRecord => ({
  completedAt: at(minutes).toISOString(),
  durationMs: 900,
  periodMs: 300_000,
  started: 0,
  waiting: 0,
  clusters: [],
  figures: {
    managed: 1,
    ready: 1,
    failing: 0,
    overdueWarning: 0,
    overdueCritical: 0,
    expired: 0,
    dueIn24h: 0,
    oldestOverdueHours: 0,
    byIssuer: {},
    countedAt: at(-60).toISOString(),
  },
  ...more,
});

let now: Date;
let seen: { sweep: SweepRecord | undefined; schedule: string; letters: number };
let memory: WatchdogState | undefined;
let mails: { subject: string; text: string }[];
let ports: WatchdogPorts;

beforeEach(() => {
  now = at(0);
  seen = { sweep: swept(-2), schedule: 'ENABLED', letters: 0 };
  memory = { since: at(-10_000).toISOString(), told: {} };
  mails = [];
  ports = {
    clock: { now: () => now },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    lastSweep: { read: async () => seen.sweep },
    schedule: { state: async () => seen.schedule },
    deadLetters: { depth: async () => seen.letters },
    topic: { tell: async (mail) => void mails.push(mail) },
    memory: {
      read: async () => memory,
      write: async (state) => {
        memory = state;
      },
    },
  };
});

const codes = async () => (await watchdog(ports, settings)).findings.map(({ code }) => code);

describe('finds', () => {
  it('nothing where all is well, and tells nobody', async () => {
    expect(await codes()).toEqual([]);
    expect(mails).toEqual([]);
  });

  it('a sweep that has stopped: after two periods and three minutes, not before', async () => {
    seen.sweep = swept(-13);
    expect(await codes()).toEqual([]);
    now = new Date(now.getTime() + 1);
    expect(await codes()).toEqual(['SWEEP_STOPPED']);
  });

  it('no sweep at all, counted from its own first look', async () => {
    seen.sweep = undefined;
    memory = undefined;
    expect(await codes()).toEqual([]);
    now = at(15);
    expect(await codes()).toEqual(['SWEEP_STOPPED']);
  });

  it.each([
    ['a schedule that is disabled', { schedule: 'DISABLED' }, ['SCHEDULE_DISABLED']],
    ['a schedule that is gone', { schedule: 'absent' }, ['SCHEDULE_DISABLED']],
    ['letters that lie dead', { letters: 3 }, ['DEAD_LETTERS']],
    ['a sweep without figures', { sweep: { ...swept(-2), figures: undefined } as never }, ['HEALTH_UNSEEN']],
    [
      'totals that are older than a day and a half',
      { sweep: swept(-2, { figures: { ...swept(0).figures!, countedAt: at(-2_161).toISOString() } }) },
      ['COUNTERS_STALE'],
    ],
  ])('%s', async (_, found: Partial<typeof seen>, expected) => {
    seen = { ...seen, ...found };
    expect(await codes()).toEqual(expected);
  });

  it('what it can see, and says what it cannot', async () => {
    const out = () => Promise.reject(new EvercertError('LEDGER_UNAVAILABLE', 'no answer'));
    ports = { ...ports, lastSweep: { read: out }, memory: { read: out, write: out } };
    seen.schedule = 'DISABLED';
    expect(await codes()).toEqual(['SCHEDULE_DISABLED', 'LOOK_FAILED']);
    expect(mails[0]?.text).toContain('Seen: the ledger: LEDGER_UNAVAILABLE no answer.');
  });
});

describe('tells', () => {
  it('in a mail that says what it means, what still works, and what to type', async () => {
    seen.sweep = swept(-20);
    await watchdog(ports, settings);
    expect(mails).toEqual([
      {
        subject: 'Evercert (evercert) watchdog: SWEEP_STOPPED',
        text: `The watchdog of Evercert (evercert) has found:

SWEEP_STOPPED
  Means: No sweep has completed for two periods: nothing is issued or renewed any more.
  Seen: the last sweep completed at 2026-11-25T11:40:00.000Z, 20 minutes ago.
  Still works: every certificate that is current, until its end: a third of its lifetime is left when it is due, half below ten days.
  Do: aws scheduler get-schedule --name Sweep --query State; aws logs tail <sweepLog> --since 1h
  Runbook: docs/runbook.md#sweep_stopped

It is told again every six hours while it stands.
`,
      },
    ]);
  });

  it('a finding once, again after six hours, at once when another comes, and anew when it has been away', async () => {
    const told = async (minutes: number, letters: number, schedule = 'ENABLED') => {
      now = at(minutes);
      seen = {
        sweep: swept(minutes - 1, { figures: { ...swept(0).figures!, countedAt: at(minutes).toISOString() } }),
        schedule,
        letters,
      };
      const before = mails.length;
      await watchdog(ports, settings);
      return mails.length - before;
    };
    expect(await told(0, 1)).toBe(1);
    expect(await told(15, 1)).toBe(0);
    expect(await told(30, 1, 'DISABLED')).toBe(1);
    expect(await told(389, 1, 'DISABLED')).toBe(0);
    expect(await told(390, 1, 'DISABLED')).toBe(1);
    expect(await told(405, 0)).toBe(0);
    expect(await told(420, 1)).toBe(1);
  });

  it('by throwing, where nobody could be told, and tries again at its next look', async () => {
    const { topic } = ports;
    seen.letters = 1;
    ports = { ...ports, topic: { tell: () => Promise.reject(new EvercertError('AWS_DENIED', 'no')) } };
    await expect(watchdog(ports, settings)).rejects.toThrow('no');
    ports = { ...ports, topic };
    await watchdog(ports, settings);
    expect(mails).toHaveLength(1);
  });
});

it('says in its log that it cannot remember what it told, and goes on', async () => {
  const warned: string[] = [];
  seen.letters = 1;
  ports = {
    ...ports,
    log: { info: () => {}, warn: (message) => void warned.push(message), error: () => {} },
    memory: { ...ports.memory, write: () => Promise.reject(new EvercertError('LEDGER_UNAVAILABLE', 'throttled')) },
  };
  expect(await codes()).toEqual(['DEAD_LETTERS']);
  expect(mails).toHaveLength(1);
  expect(warned.at(-1)).toBe('what was told was not written down: it is told again');
});
