// One circuit for a fault that hits many: opened by three, probed by one, closed by a success.
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#core/codes.ts';
import { EvercertError } from '#core/errors.ts';
import { comeBackAt } from '#core/failure/circuit.ts';
import type { OpenCircuit } from '#core/failure/ports.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
const fleet = async (): Promise<World> => {
  const w = world({ quotas: { route53PerSecond: 1_000, secretsWritesPerSecond: 1_000, zoneChangesPerSecond: 1_000 } });
  await w.deploy(issuerYaml() + names.map((name) => certificateYaml(name, [`${name}.example.com`])).join(''));
  return w;
};
const progress = (w: World, name: string) => w.ledger.row(`default/${name}`)!.progress;
const issued = (w: World): number => names.filter((name) => progress(w, name).current !== undefined).length;

const fail = (w: World, { port, method, code }: { port: string; method: string; code: ErrorCode }) => {
  const asked = { count: 0 };
  w.faults.hook = (call) => {
    if (call.port !== port || call.method !== method || call.when !== 'before') return;
    asked.count++;
    throw new EvercertError(code, 'it is out');
  };
  return asked;
};

describe.each([
  {
    what: 'a CA that is down',
    port: 'AcmeOrders',
    method: 'open',
    code: 'CA_UNREACHABLE',
    scope: 'issuer#ClusterIssuer/le',
  },
  {
    what: 'an account that is refused',
    port: 'AcmeOrders',
    method: 'open',
    code: 'ACCOUNT_REFUSED',
    scope: 'issuer#ClusterIssuer/le',
  },
  { what: 'a zone that is denied', port: 'DnsProvider', method: 'change', code: 'DNS_DENIED', scope: 'zone#Z1COM' },
  { what: 'a KMS key that is disabled', port: 'SecretVersions', method: 'put', code: 'KMS_UNUSABLE', scope: 'store' },
] as const)('$what', ({ port, method, code, scope }) => {
  it('is met by three certificates, probed by one at growing gaps, and all are issued once it is mended', async () => {
    const w = await fleet();
    const asked = fail(w, { port, method, code });
    await w.tick();
    // A zone that does not let go is asked once more by each clean-up.
    const met = names.filter((name) => progress(w, name).failure !== undefined).length;
    expect(met).toBe(3);
    expect(w.ledger.openCircuits()).toMatchObject([{ scope, code, probes: 0 }]);
    const waiting = names.filter((name) => progress(w, name).work?.waitingFor?.startsWith(scope));
    expect(waiting).toHaveLength(17);
    asked.count = 0;
    for (let i = 0; i < 24; i++) {
      w.pass(5 * MINUTE);
      await w.tick();
    }
    const [circuit] = w.ledger.openCircuits();
    expect(circuit!.probes).toBeGreaterThan(2);
    // With the clean-ups of probes and sweeps, where it is a zone.
    expect(asked.count).toBeLessThan(50);
    w.faults.hook = () => undefined;
    for (let i = 0; i < 13 && w.ledger.openCircuits().length > 0; i++) {
      w.pass(10 * MINUTE);
      await w.tick();
    }
    expect(w.ledger.openCircuits()).toEqual([]);
    for (let i = 0; i < 12; i++) {
      w.pass(10 * MINUTE);
      await w.tick();
    }
    expect(issued(w)).toBeGreaterThanOrEqual(10);
    w.pass(DAY);
    await w.tick();
    w.pass(DAY);
    await w.tick();
    expect(issued(w)).toBe(20);
  });
});

describe('faults of single certificates', () => {
  it('open no circuit, however many there are', async () => {
    const w = await fleet();
    fail(w, { port: 'AcmeOrders', method: 'open', code: 'CA_REFUSED' });
    await w.tick();
    expect(w.ledger.openCircuits()).toEqual([]);
    expect(names.filter((name) => progress(w, name).failure?.code === 'CA_REFUSED')).toHaveLength(20);
  });
});

describe('circuits that do not answer', () => {
  it('hold nobody up', async () => {
    const w = await fleet();
    w.faults.hook = ({ port }) => {
      if (port === 'circuits') throw new EvercertError('LEDGER_UNAVAILABLE', 'throttled');
    };
    await w.tick();
    expect(issued(w)).toBe(20);
  });
});

describe('those who wait come back', () => {
  const now = new Date('2026-11-25T12:00:00.000Z');
  const circuit = (probes: number): OpenCircuit => ({
    scope: 'store',
    code: 'KMS_UNUSABLE',
    message: '',
    openedAt: now.toISOString(),
    nextProbeAt: '2026-11-25T12:10:00.000Z',
    probes,
  });
  const all = (notAfter?: Date) =>
    names.map((name) => comeBackAt(circuit(6), { name, now, ...(notAfter === undefined ? {} : { notAfter }) }));
  const latest = (dates: Date[]) => new Date(Math.max(...dates.map(Number)));

  it('after the probe, spread over the gap that follows, what is near its end first', () => {
    const fresh = all();
    expect(fresh.every((at) => at > new Date('2026-11-25T12:40:00.000Z'))).toBe(true);
    expect(latest(fresh) < new Date('2026-11-25T13:12:00.000Z')).toBe(true);
    expect(new Set(fresh.map(Number)).size).toBe(20);
    expect(latest(all(new Date(now.getTime() + 3 * DAY))) < new Date('2026-11-25T12:17:00.000Z')).toBe(true);
  });

  it('never later than an eighth of what is left', () => {
    expect(latest(all(new Date(now.getTime() + 2 * HOUR))).toISOString() <= '2026-11-25T12:15:00.000Z').toBe(true);
  });
});
