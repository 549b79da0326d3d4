// What a crash left behind in DNS is removed; what is somebody else's, or still needed, is not.
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import type { TxtClaim } from '#core/ports.ts';
import { removeLeftovers } from '#core/sweep/janitor.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;

const portsOf = (w: World) => ({
  clock: w.clock,
  rows: w.ledger.rowReader,
  txt: w.ledger.txtBook,
  dns: w.route53.provider,
  log: {
    info: (message: string, fields = {}) => void w.lines.push({ level: 'info', message, fields }),
    warn: (message: string, fields = {}) => void w.lines.push({ level: 'warn', message, fields }),
    error: (message: string, fields = {}) => void w.lines.push({ level: 'error', message, fields }),
  },
});

const COM = { id: 'Z1COM', name: 'example.com', access: {} };
const ORG = { id: 'Z2ORG', name: 'example.org', access: {} };

const leave = async (w: World, claim: Omit<TxtClaim, 'since'>): Promise<void> => {
  await w.ledger.txtBook.want([{ ...claim, since: w.clock.now().toISOString() }]);
  await w.route53.provider.change({
    zone: claim.zone,
    kind: 'upsert',
    records: [{ name: claim.name, value: claim.value }],
  });
};

/** A world in which an execution died right after its values were put up. */
const crashed = async (): Promise<World> => {
  const w = world();
  await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
  let dead = false;
  w.faults.hook = ({ port, method, when }) => {
    if (port === 'DnsProvider' && method === 'change' && when === 'after') dead = true;
    if (dead) throw new Error('the process is dead');
  };
  await w.tick().catch(() => undefined);
  w.faults.hook = () => undefined;
  return w;
};

describe('the janitor', () => {
  it('removes the values of a certificate that is gone, from zone and book', async () => {
    const w = world();
    await leave(w, { zone: COM, name: '_acme-challenge.old.example.com', value: 'left', holder: 'default/old#3' });
    w.pass(MINUTE);
    expect(await removeLeftovers(portsOf(w))).toBe(1);
    expect(w.route53.standing()).toEqual([]);
    expect(w.ledger.txtClaims()).toEqual([]);
  });

  it('removes the values of a revision that is no longer at work', async () => {
    const w = await crashed();
    const name = '_acme-challenge.web.example.com';
    await leave(w, { zone: COM, name, value: 'of revision 0', holder: 'default/web#0' });
    w.pass(MINUTE);
    expect(await removeLeftovers(portsOf(w))).toBe(1);
    expect(w.route53.standing()).toHaveLength(1);
    expect(w.route53.standing()[0]).not.toContain('of revision 0');
  });

  it('leaves the values of a revision that is at work', async () => {
    const w = await crashed();
    const standing = w.route53.standing();
    w.pass(MINUTE);
    expect(await removeLeftovers(portsOf(w))).toBe(0);
    expect(standing).toHaveLength(1);
    expect(w.route53.standing()).toEqual(standing);
  });

  it('leaves what was wanted a moment ago: its row may not say so yet', async () => {
    const w = world();
    await leave(w, { zone: COM, name: '_acme-challenge.old.example.com', value: 'left', holder: 'default/old#3' });
    w.pass(29_000);
    expect(await removeLeftovers(portsOf(w))).toBe(0);
    expect(w.route53.standing()).toHaveLength(1);
  });

  it("leaves everybody else's values at the same name", async () => {
    const w = world();
    const name = '_acme-challenge.old.example.com';
    await w.route53.provider.change({ zone: COM, kind: 'upsert', records: [{ name, value: 'of another tool' }] });
    await leave(w, { zone: COM, name, value: 'left', holder: 'default/old#3' });
    w.pass(MINUTE);
    await removeLeftovers(portsOf(w));
    expect(w.route53.standing()).toEqual(['_acme-challenge.old.example.com of another tool']);
  });

  it('forgets a value that somebody has removed by hand', async () => {
    const w = world();
    const name = '_acme-challenge.old.example.com';
    await leave(w, { zone: COM, name, value: 'left', holder: 'default/old#3' });
    await w.route53.provider.change({ zone: COM, kind: 'delete', records: [{ name, value: 'left' }] });
    w.pass(MINUTE);
    await removeLeftovers(portsOf(w));
    expect(w.ledger.txtClaims()).toEqual([]);
  });

  it('tells of a zone that refuses, keeps its values in the book, and goes on with the others', async () => {
    const w = world();
    await leave(w, { zone: COM, name: '_acme-challenge.a.example.com', value: 'left', holder: 'default/a#1' });
    await leave(w, { zone: ORG, name: '_acme-challenge.b.example.org', value: 'left', holder: 'default/b#1' });
    w.pass(MINUTE);
    const ports = portsOf(w);
    const change: typeof ports.dns.change = async (request) => {
      if (request.zone.id === 'Z1COM') throw new EvercertError('DNS_DENIED', 'Route53 refuses us Z1COM');
      return w.route53.provider.change(request);
    };
    expect(await removeLeftovers({ ...ports, dns: { ...ports.dns, change } })).toBe(1);
    expect(w.route53.standing()).toEqual(['_acme-challenge.a.example.com left']);
    expect(w.ledger.txtClaims().map(({ name }) => name)).toEqual(['_acme-challenge.a.example.com']);
    expect(w.lines.at(-2)).toMatchObject({ level: 'warn', fields: { zone: 'Z1COM', code: 'DNS_DENIED' } });
    expect(await removeLeftovers(ports)).toBe(1);
    expect(w.route53.standing()).toEqual([]);
  });

  it('leaves the values of a row that another version has written in another shape, and removes the others', async () => {
    const w = world();
    await leave(w, { zone: COM, name: '_acme-challenge.a.example.com', value: 'newer', holder: 'default/a#1' });
    await leave(w, { zone: COM, name: '_acme-challenge.b.example.com', value: 'left', holder: 'default/b#1' });
    w.pass(MINUTE);
    const ports = portsOf(w);
    const read: typeof ports.rows.read = async (name) => {
      if (name === 'default/a') throw new EvercertError('INTERNAL', 'has schema 2, this version reads 1');
      return w.ledger.rowReader.read(name);
    };
    expect(await removeLeftovers({ ...ports, rows: { read } })).toBe(1);
    expect(w.route53.standing()).toEqual(['_acme-challenge.a.example.com newer']);
    expect(w.ledger.txtClaims().map(({ value }) => value)).toEqual(['newer']);
    expect(w.lines.find(({ level }) => level === 'warn')?.fields).toMatchObject({ certificate: 'default/a' });
  });

  it('fails with a ledger that does not answer: nothing is judged by guess', async () => {
    const w = world();
    await leave(w, { zone: COM, name: '_acme-challenge.a.example.com', value: 'left', holder: 'default/a#1' });
    w.pass(MINUTE);
    const read = async () => {
      throw new EvercertError('LEDGER_UNAVAILABLE', 'dynamodb:GetItem: ECONNRESET');
    };
    await expect(removeLeftovers({ ...portsOf(w), rows: { read } })).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
    expect(w.route53.standing()).toHaveLength(1);
  });

  it('removes the values of many in one change a zone', async () => {
    const w = world();
    for (let i = 0; i < 20; i++)
      await leave(w, {
        zone: COM,
        name: `_acme-challenge.c${i}.example.com`,
        value: 'left',
        holder: `default/c${i}#1`,
      });
    w.pass(MINUTE);
    const before = w.route53.model.calls.length;
    expect(await removeLeftovers(portsOf(w))).toBe(20);
    expect(w.route53.model.calls.slice(before)).toEqual(['ChangeResourceRecordSets']);
  });
});
