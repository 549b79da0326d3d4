// What the end of an issuance cannot take back at once is taken back by later runs, and given up in the end.
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import type { HookedCall } from '#test/support/hooks.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const YAML = issuerYaml() + certificateYaml('web', ['web.example.com']);
const OTHER = issuerYaml() + certificateYaml('other', ['other.example.com']);

const row = (w: World) => w.ledger.row('default/web')!;
const statuses = (w: World) => [...w.ca.authorizations.values()].map(({ status }) => status);

/** An order is open, its values are up; then the declaration goes, while `fault` holds. */
const retiredUnder = async (fault: (call: HookedCall) => void): Promise<World> => {
  const w = world({ acme: { pollsUntilValidated: 1_000 } });
  await w.deploy(YAML);
  let polls = 0;
  w.faults.hook = ({ port, method, when }) => {
    if (port === 'AcmeOrders' && method === 'read' && when === 'before' && ++polls > 3)
      throw new EvercertError('CA_UNREACHABLE', 'the CA does not answer');
  };
  await w.tick();
  w.faults.hook = fault;
  await w.deploy(OTHER);
  await w.tick();
  return w;
};

const caIsDown = ({ port, when }: HookedCall) => {
  if (port.startsWith('Acme') && when === 'before') throw new EvercertError('CA_UNREACHABLE', 'the CA does not answer');
};

describe('an order that could not be given up', () => {
  it('is kept in the row, and its authorizations are deactivated by a later run, also of a retired row', async () => {
    const w = await retiredUnder(caIsDown);
    expect(statuses(w)).toContain('pending');
    expect(row(w).progress.leftover).toMatchObject({ tries: 0, segments: [{ holder: 'default/web#1' }] });
    expect(w.bus.published().map(({ detailType }) => detailType)).toContain('Evercert Certificate Retired');
    w.faults.hook = () => undefined;
    w.pass(HOUR);
    await w.tick();
    expect(statuses(w)).not.toContain('pending');
    expect(row(w).progress.leftover).toBeUndefined();
    expect(row(w).nextActionAt).toBeUndefined();
    expect(w.route53.standing()).toEqual([]);
  });

  it('is tried at growing gaps, and given up after seven tries', async () => {
    const w = await retiredUnder(caIsDown);
    let runs = 0;
    for (let hours = 0; hours < 15 * 24; hours++) {
      w.pass(HOUR);
      const before = row(w).run;
      await w.tick();
      runs += row(w).run - before;
    }
    expect(runs).toBe(7);
    expect(row(w).progress.leftover).toBeUndefined();
    expect(row(w).nextActionAt).toBeUndefined();
    expect(w.lines.some(({ message }) => message === 'what was left over is given up')).toBe(true);
  });
});

describe('staging labels that could not be dropped', () => {
  it('are dropped by a later run, and delay neither the certificate nor its announcement', async () => {
    const w = world();
    await w.deploy(YAML);
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'SecretLabels' && method === 'drop' && when === 'before') throw new Error('throttled');
    };
    await w.tick();
    expect(w.bus.published()).toHaveLength(1);
    expect(w.secrets.labels('evercert/default/web')).toContain('evercert-r1');
    expect(row(w).progress.leftover).toEqual({
      since: expect.any(String),
      tries: 0,
      tryAt: expect.any(String),
      labels: true,
      segments: [],
    });
    w.faults.hook = () => undefined;
    w.pass(2 * HOUR);
    await w.tick();
    expect(w.secrets.labels('evercert/default/web')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    expect(row(w).startAt).toBe(row(w).progress.renewAt);
    w.pass(DAY);
    expect((await w.tick()).fed.started).toBe(0);
  });
});

describe('an execution that ended badly', () => {
  it('leaves its row due at the end of the lease, and the next sweep goes on from where it was', async () => {
    const w = world();
    await w.deploy(YAML);
    let isDead = false;
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'DnsProvider' && method === 'change' && when === 'after') isDead = true;
      if (isDead) throw new Error('the process is dead');
    };
    await w.tick().catch(() => undefined);
    expect(row(w).leaseUntil).toBeDefined();
    expect(row(w).startAt).toBe(row(w).leaseUntil);
    w.faults.hook = () => undefined;
    expect((await w.tick()).fed.started).toBe(0);
    w.pass(5 * 60_000);
    expect((await w.tick()).fed.started).toBe(1);
    expect(row(w)).toMatchObject({ run: 2, progress: { current: { revision: 1 } } });
    expect(w.ca.orders.size).toBe(1);
  });
});
