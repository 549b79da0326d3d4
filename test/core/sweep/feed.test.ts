// Who is started, in which order, and never more at once than the setting allows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DueRow } from '#core/journey/rows.ts';
import type { ExecutionInput, Log } from '#core/ports.ts';
import { type FeedPorts, feed } from '#core/sweep/feed.ts';
import { byUrgency, inTurns, nextRows } from '#core/sweep/order.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import { fakeExecutions } from '#test/support/fake-executions.ts';
import { fakeLedger } from '#test/support/fake-ledger.ts';
import type { Hook } from '#test/support/hooks.ts';

const START = new Date('2026-11-25T12:00:00.000Z');
const PERIOD = 300_000;
const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const due = (name: string, more: Partial<DueRow> = {}): DueRow => ({
  name,
  uid: name,
  run: 0,
  nextActionAt: '2026-11-25T11:00:00.000Z',
  failures: 0,
  ...more,
});

describe('among what is due', () => {
  it('the healthy come before the failing, what ends sooner before what ends later, and that before what was never issued', () => {
    const rows = [
      due('failing and nearly expired', { failures: 3, notAfter: '2026-11-25T13:00:00.000Z' }),
      due('new', { nextActionAt: '2026-11-25T10:00:00.000Z' }),
      due('ends in a month', { notAfter: '2026-12-25T00:00:00.000Z' }),
      due('newer', { nextActionAt: '2026-11-25T10:30:00.000Z' }),
      due('ends tomorrow', { notAfter: '2026-11-26T00:00:00.000Z' }),
      due('failing and new', { failures: 1 }),
    ];
    expect([...rows].sort(byUrgency).map(({ name }) => name)).toEqual([
      'ends tomorrow',
      'ends in a month',
      'new',
      'newer',
      'failing and nearly expired',
      'failing and new',
    ]);
  });
});

describe('places', () => {
  const ends = (name: string, day: string, more: Partial<DueRow> = {}) =>
    due(name, { notAfter: `2026-${day}T00:00:00.000Z`, ...more });
  const chosen = (rows: readonly DueRow[], free: number, inFlight = free) =>
    nextRows(rows, { free, inFlight, now: START }).map(({ name }) => name);

  it('go round the namespaces, each in its own order', () => {
    const rows = ['a/1', 'a/2', 'a/3', 'b/1', 'c/1', 'c/2'].map((name) => due(name));
    expect(inTurns(rows).map(({ name }) => name)).toEqual(['a/1', 'b/1', 'c/1', 'a/2', 'c/2', 'a/3']);
  });

  it.each([
    {
      what: 'a namespace with a hundred new ones leaves places to the others',
      rows: [...Array.from({ length: 100 }, (_, i) => due(`big/${i}`)), due('small/1'), due('tiny/1')],
      free: 4,
      expected: ['big/0', 'small/1', 'tiny/1', 'big/1'],
    },
    {
      what: 'what ends within two days comes first, whatever its namespace has had',
      rows: [ends('a/later', '12-20'), ends('b/later', '12-21'), ends('a/soon', '11-26'), ends('a/sooner', '11-25')],
      free: 3,
      expected: ['a/sooner', 'a/soon', 'a/later'],
    },
    {
      what: 'what fails waits for what does not',
      rows: [due('a/failing', { failures: 9 }), due('a/new')],
      free: 1,
      expected: ['a/new'],
    },
  ])('$what', ({ rows, free, expected }) => {
    expect(chosen(rows, free)).toEqual(expected);
  });

  it('are never taken by more than half by what fails, so that a healthy one finds one at once', () => {
    const failing = Array.from({ length: 50 }, (_, i) => due(`a/${i}`, { failures: 1 }));
    expect(chosen(failing, 10)).toHaveLength(5);
    expect(chosen(failing, 6, 10)).toHaveLength(1);
    expect(chosen(failing, 5, 10)).toHaveLength(0);
    expect(chosen([...failing, due('b/new')], 5, 10)).toEqual(['b/new']);
    expect(chosen(failing, 1)).toHaveLength(1);
  });
});

const stage = async (count: number, options: { inFlight?: number; hook?: Hook; sleep?: () => Promise<void> } = {}) => {
  let now = START;
  let sweeps = 0;
  const ledger = fakeLedger();
  const executions = fakeExecutions(options.hook === undefined ? {} : { hook: options.hook });
  for (let i = 0; i < count; i++) {
    const declared = declaredCertificate({ name: `default/c${i}` });
    await ledger.declaredRows.declare({ declared, seen: undefined, uid: `u${i}`, now });
  }
  const most = { running: 0 };
  const look = async () => {
    most.running = Math.max(most.running, await executions.countRunning());
  };
  const ports: FeedPorts = {
    clock: { now: () => new Date(now) },
    timer: {
      sleep: async (ms) => {
        now = new Date(now.getTime() + ms);
        await look();
        await options.sleep?.();
      },
    },
    due: ledger.dueRows,
    turn: ledger.sweepTurn,
    random: { uuid: () => `sweep-${++sweeps}` },
    executions,
    log,
  };
  const settings = { inFlight: options.inFlight ?? 100, sweepPeriodMs: PERIOD };
  const finish = async (some: number) => {
    const running: ExecutionInput[] = [];
    for (const input of executions.started()) if (await executions.isRunning(input)) running.push(input);
    for (const input of running.slice(0, some)) executions.end(input);
  };
  return {
    ledger,
    executions,
    ports,
    most,
    finish,
    pass: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    feed: (ms = 60_000) => feed(ports, settings, new Date(now.getTime() + ms)),
  };
};

describe('feeding', () => {
  it('starts one execution for each due row', async () => {
    const s = await stage(3);
    expect(await s.feed()).toEqual({ started: 3, waiting: 0, stillRunning: 0, failed: 0 });
    expect(s.executions.started()).toHaveLength(3);
    expect(s.ledger.row('default/c0')).toMatchObject({ run: 1, nextActionAt: '2026-11-25T12:10:00.000Z' });
  });

  it('starts none when nothing is due', async () => {
    const s = await stage(0);
    expect(await s.feed()).toEqual({ started: 0, waiting: 0, stillRunning: 0, failed: 0 });
  });

  it('keeps a hundred due rows within ten places, and says how many wait', async () => {
    const s = await stage(100, { inFlight: 10 });
    const fed = await s.feed(5_000);
    expect(fed.started).toBe(10);
    expect(fed.waiting).toBeGreaterThan(0);
    expect(await s.executions.countRunning()).toBe(10);
  });

  it('fills places as they become free while a queue waits, until all have had their turn', async () => {
    let finish = async (_some: number): Promise<void> => undefined;
    const s = await stage(100, { inFlight: 10, sleep: () => finish(7) });
    finish = s.finish;
    const fed = await s.feed(600_000);
    expect(fed).toEqual({ started: 100, waiting: 0, stillRunning: 0, failed: 0 });
    expect(s.most.running).toBe(10);
  });

  it('ends before its deadline, however long the queue', async () => {
    const s = await stage(50, { inFlight: 5 });
    const before = s.ports.clock.now().getTime();
    await s.feed(10_000);
    expect(s.ports.clock.now().getTime() - before).toBeLessThan(10_000);
  });

  it('makes a row whose start was lost due again after two periods, with the next run', async () => {
    const faults: { hook: Hook } = { hook: () => undefined };
    const s = await stage(1, { hook: (call) => faults.hook(call) });
    faults.hook = ({ method, when }) => {
      if (method === 'start' && when === 'before') throw new Error('the start got lost');
    };
    await expect(s.feed()).rejects.toThrow('the start got lost');
    faults.hook = () => undefined;
    expect(await s.feed()).toEqual({ started: 0, waiting: 0, stillRunning: 0, failed: 0 });
    s.pass(2 * PERIOD);
    expect(await s.feed()).toEqual({ started: 1, waiting: 0, stillRunning: 0, failed: 0 });
    expect(s.executions.started()).toEqual([{ name: 'default/c0', uid: 'u0', run: 2 }]);
  });

  it('starts the others where one cannot be started, tells of it, and tries it again at a later sweep', async () => {
    const faults = { lost: 0 };
    const s = await stage(5, {
      hook: ({ method, when }) => {
        if (method === 'start' && when === 'before' && faults.lost++ === 0) throw new Error('the start got lost');
      },
    });
    const told: unknown[] = [];
    s.ports.log.warn = (message, fields) => told.push([message, fields?.code]);
    expect(await s.feed()).toEqual({ started: 4, waiting: 0, stillRunning: 0, failed: 1 });
    expect(told).toEqual([['a due row could not be started', 'INTERNAL']]);
    s.pass(2 * PERIOD);
    await s.finish(4);
    expect(await s.feed()).toEqual({ started: 5, waiting: 0, stillRunning: 0, failed: 0 });
  });

  it('tries each row once where no start succeeds, then fails', async () => {
    let tries = 0;
    const s = await stage(5, {
      hook: ({ method, when }) => {
        if (method !== 'start' || when !== 'before') return;
        tries += 1;
        throw new Error('Step Functions is out');
      },
    });
    await expect(s.feed(600_000)).rejects.toThrow('Step Functions is out');
    expect(tries).toBe(5);
  });

  it('asks no more of a row whose execution cannot be looked at, while a queue waits', async () => {
    let looks = 0;
    const hook: Hook = ({ method, when }) => {
      if (method !== 'isRunning' || when !== 'before') return;
      looks += 1;
      throw new Error('DescribeExecution is throttled');
    };
    const faults: { hook: Hook } = { hook: () => undefined };
    const s = await stage(3, { inFlight: 3, hook: (call) => faults.hook(call) });
    await s.feed();
    await s.finish(3);
    s.pass(2 * PERIOD);
    faults.hook = hook;
    await expect(s.feed(600_000)).rejects.toThrow('DescribeExecution is throttled');
    expect(looks).toBe(3);
  });

  it('puts off a row whose execution is still running, and starts it with the next run once that has ended', async () => {
    const s = await stage(1);
    await s.feed();
    s.pass(2 * PERIOD);
    expect(await s.feed()).toEqual({ started: 0, waiting: 0, stillRunning: 1, failed: 0 });
    expect(s.ledger.row('default/c0')).toMatchObject({ run: 1, nextActionAt: '2026-11-25T12:20:00.000Z' });
    await s.finish(1);
    s.pass(2 * PERIOD);
    expect(await s.feed()).toEqual({ started: 1, waiting: 0, stillRunning: 0, failed: 0 });
    expect(s.ledger.row('default/c0')?.run).toBe(2);
  });

  it('never starts a row twice, however two sweeps interleave', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const s = await stage(6, { inFlight: 10 });
        const slow: FeedPorts['due'] = {
          due: scheduler.scheduleFunction(s.ports.due.due),
          book: scheduler.scheduleFunction(s.ports.due.book),
          postpone: scheduler.scheduleFunction(s.ports.due.postpone),
        };
        const start = scheduler.scheduleFunction((input: ExecutionInput) => s.executions.start(input));
        const ports: FeedPorts = { ...s.ports, due: slow, executions: { ...s.executions, start } };
        const settings = { inFlight: 10, sweepPeriodMs: PERIOD };
        const deadline = new Date(START.getTime() + 30_000);
        const both = Promise.all([feed(ports, settings, deadline), feed(ports, settings, deadline)]);
        await scheduler.waitFor(both);
        const [first, second] = await both;
        expect(first.started + second.started).toBe(6);
        expect(s.executions.started().map(({ run }) => run)).toEqual([1, 1, 1, 1, 1, 1]);
      }),
      { numRuns: 30 },
    );
  });

  it('never has more in flight than the setting allows, however many sweeps feed at once', async () => {
    let finish = async (_some: number): Promise<void> => undefined;
    let ending = false;
    const sleep = async () => {
      if (ending) return;
      ending = true;
      await finish(3);
      ending = false;
    };
    const s = await stage(60, { inFlight: 10, sleep });
    finish = s.finish;
    const three = await Promise.all([s.feed(600_000), s.feed(600_000), s.feed(600_000)]);
    expect(three.reduce((sum, { started }) => sum + started, 0)).toBe(60);
    expect(s.most.running).toBe(10);
  });

  it('goes on where a sweep has died in its turn', async () => {
    const s = await stage(3);
    await s.ledger.sweepTurn.take({ holder: 'dead', now: START, until: new Date(START.getTime() + 50_000) });
    expect(await s.feed(120_000)).toEqual({ started: 3, waiting: 0, stillRunning: 0, failed: 0 });
  });
});
