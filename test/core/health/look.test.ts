// The sweep's look at health: each threshold is told once, the worst first, and nothing that fails here stops a sweep.
import { describe, expect, it } from 'vitest';
import type { ResultEvent } from '#core/events.ts';
import { DETAILS } from '#core/facts/details.ts';
import { crossingEvent, crossings } from '#core/health/crossings.ts';
import { type HealthPorts, lookAtHealth, recordSweep } from '#core/health/look.ts';
import type { DatedLife, LastSweep, Lives } from '#core/health/ports.ts';
import { certificateYaml, issuerYaml, world } from '#test/support/world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const END = new Date('2026-12-05T00:00:00.000Z').getTime();
/** Ten of thirty days are left when it should be renewed. */
const life = (name: string, more: Partial<DatedLife> = {}): DatedLife => ({
  name,
  uid: `uid-${name}`,
  versionId: 'v1',
  issuer: 'ClusterIssuer/le',
  notBefore: new Date(END - 30 * DAY_MS).toISOString(),
  notAfter: new Date(END).toISOString(),
  renewAt: new Date(END - 10 * DAY_MS).toISOString(),
  ...more,
});

/** Lives that remember what was told, and a bus. */
const stage = (all: readonly DatedLife[]) => {
  let held = all;
  let now = END - 10 * DAY_MS;
  const warnings: string[] = [];
  const faults = { lives: false, totals: false, tell: false, bus: false, write: false };
  const published: ResultEvent[] = [];
  const fail = (on: boolean): void => {
    if (on) throw new Error('it does not answer');
  };
  const lives: Lives = {
    dueBefore: async ({ until, limit }) => {
      fail(faults.lives);
      return { lives: held.filter(({ renewAt }) => renewAt <= until.toISOString()).slice(0, limit) };
    },
    tell: async ({ life: { name, versionId }, lateness }) => {
      fail(faults.tell);
      held = held.map((one) => (one.name === name ? { ...one, told: { versionId, lateness } } : one));
    },
  };
  const lastSweep: LastSweep = { read: async () => undefined, write: async () => fail(faults.write) };
  const ports: HealthPorts = {
    clock: { now: () => new Date(now) },
    lives,
    counters: {
      read: async () => {
        fail(faults.totals);
        return { managed: 9, issued: 7, byIssuer: {}, countedAt: '2026-11-25T00:00:00.000Z' };
      },
    },
    lastSweep,
    bus: {
      publish: async (event) => {
        fail(faults.bus);
        published.push(event);
      },
    },
    log: { info: () => undefined, warn: (message) => void warnings.push(message), error: () => undefined },
  };
  const look = (afterRenewAt: number) => {
    now = END - 10 * DAY_MS + afterRenewAt;
    return lookAtHealth(ports, { failing: 1 });
  };
  const told = () => published.map(({ detail }) => `${detail.certificate} ${detail.lateness as string}`);
  const renew = (one: DatedLife) => {
    held = [one];
  };
  return { ports, look, told, faults, warnings, renew };
};

describe('a certificate that is not renewed', () => {
  it('is told of once at each threshold of its own lifetime, however often it is looked at', async () => {
    const s = stage([life('shop/web')]);
    for (let hours = 0; hours <= 11 * 24; hours += 1) await s.look(hours * HOUR_MS);
    expect(s.told()).toEqual([
      'shop/web overdue-warning',
      'shop/web overdue-critical',
      'shop/web emergency',
      'shop/web expired',
    ]);
  });

  it('is told of anew when its next version is late, and at the worst where several thresholds passed unseen', async () => {
    const s = stage([life('shop/web')]);
    await s.look(4 * DAY_MS);
    s.renew(life('shop/web', { versionId: 'v2', told: { versionId: 'v1', lateness: 'overdue-warning' } }));
    await s.look(7 * DAY_MS);
    await s.look(7 * DAY_MS);
    expect(s.told()).toEqual(['shop/web overdue-warning', 'shop/web overdue-critical']);
  });

  it('is told again with the same id where the ledger did not remember', async () => {
    const s = stage([life('shop/web')]);
    s.faults.tell = true;
    await s.look(4 * DAY_MS);
    s.faults.tell = false;
    await s.look(4 * DAY_MS + HOUR_MS);
    await s.look(4 * DAY_MS + 2 * HOUR_MS);
    const at = (hours: number) => new Date(END - 6 * DAY_MS + hours * HOUR_MS);
    expect(s.told()).toHaveLength(2);
    const [first, again] = [0, 1].map((hours) =>
      crossingEvent({ life: life('shop/web'), lateness: 'expired' }, at(hours)),
    );
    expect(again!.detail.id).toBe(first!.detail.id);
  });
});

describe('many that are late at once', () => {
  it('are told a hundred a sweep, the worst first, until all are told', async () => {
    const late = Array.from({ length: 150 }, (_, i) => life(`shop/w${i}`));
    const over = life('shop/over', { notAfter: new Date(END - 9 * DAY_MS).toISOString() });
    const s = stage([...late, over]);
    const sweeps = [];
    for (let i = 0; i < 3; i += 1) {
      await s.look(4 * DAY_MS);
      sweeps.push(s.told().length);
    }
    expect(sweeps).toEqual([100, 151, 151]);
    expect(s.told()[0]).toBe('shop/over expired');
  });
});

describe('the event of a crossing', () => {
  it.each(['overdue-warning', 'overdue-critical', 'emergency', 'expired'] as const)(
    'has its published shape: %s',
    (lateness) => {
      const { detailType, detail } = crossingEvent({ life: life('shop/web'), lateness }, new Date(END));
      const kind = ({ expired: 'expired', emergency: 'approaching' } as const)[lateness as 'expired'] ?? 'overdue';
      expect(DETAILS[kind].parse(detail)).toEqual(detail);
      expect(detailType).toMatch(/^Evercert Certificate /);
    },
  );

  it('is not made of what is in time, nor of what was told worse already', () => {
    const told = { versionId: 'v1', lateness: 'expired' } as const;
    expect(crossings([life('a/a', { told })], new Date(END - 3 * DAY_MS))).toEqual([]);
    expect(crossings([life('a/a')], new Date(END - 9 * DAY_MS))).toEqual([]);
  });
});

describe('a look that fails', () => {
  it('is said, and gives no figures where the index does not answer, none of the totals where they do not', async () => {
    const s = stage([life('shop/web')]);
    s.faults.lives = true;
    expect(await s.look(4 * DAY_MS)).toBeUndefined();
    s.faults.lives = false;
    s.faults.totals = true;
    expect(await s.look(4 * DAY_MS)).toMatchObject({ overdueWarning: 1, failing: 1, managed: 0 });
    expect(s.warnings).toEqual(["the fleet's health is not known", 'the totals of the fleet are not known']);
  });

  it('leaves what could not be published for the next sweep', async () => {
    const s = stage([life('shop/web')]);
    s.faults.bus = true;
    expect(await s.look(4 * DAY_MS)).toMatchObject({ overdueWarning: 1, managed: 9, ready: 7 });
    s.faults.bus = false;
    await s.look(4 * DAY_MS);
    expect(s.told()).toEqual(['shop/web overdue-warning']);
    expect(s.warnings).toEqual(['how late a certificate is was not told']);
  });

  it('does not stop a sweep whose end cannot be written down', async () => {
    const s = stage([]);
    s.faults.write = true;
    const record = { completedAt: 'x', durationMs: 1, periodMs: 1, started: 0, waiting: 0, clusters: [] };
    await recordSweep(s.ports, record);
    expect(s.warnings).toEqual(['the end of the sweep was not written down']);
  });
});

describe('a whole service', () => {
  it('tells figures with each sweep, and the ledger when it completed', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    w.pass(300_000);
    const { figures } = await w.tick();
    expect(figures).toMatchObject({ expired: 0, overdueCritical: 0, dueIn24h: 0, oldestOverdueHours: 0 });
    expect(figures!.leastRemainingPercent).toBeGreaterThan(99);
    expect(await w.ledger.lastSweep.read()).toMatchObject({ periodMs: 300_000, figures, clusters: [] });
  });
});
