// The contracts of DeliveryAims, Deliveries and DeliveryLags.
import { describe, expect, it } from 'vitest';
import { type Delivery, isDelivered, type Target, type Wanted } from '#core/bridge/model.ts';
import type { LedgerPorts } from '#test/support/fake-ledger.ts';
import { minute, type OpenLedger } from './story.ts';

const at = (n: number): string => minute(n).toISOString();

const target = (written: Partial<Target> = {}): Target => ({
  certificate: 'shop/web',
  cluster: 'blue',
  namespace: 'shop',
  secret: 'web-tls',
  kind: 'ExternalSecret',
  ...written,
});

const wanted = (revision: number, since = at(0)): Wanted => ({
  revision,
  versionId: `v${revision}`,
  fingerprint: `f${revision}`,
  since,
});

const aim = (ledger: LedgerPorts, revision: number, written: Partial<Target> = {}, n = 1): Promise<void> =>
  ledger.deliveryAims.aim({ target: target(written), wanted: wanted(revision, at(n - 1)), tryAt: at(n) });

const read = async (ledger: LedgerPorts, written: Partial<Target> = {}): Promise<Delivery> => {
  const found = await ledger.deliveries.read(target(written));
  if (found === undefined) throw new Error('there is no such target');
  return found;
};

const change = async (ledger: LedgerPorts, written: Partial<Delivery>, of: Partial<Target> = {}): Promise<boolean> => {
  const seen = await read(ledger, of);
  return ledger.deliveries.write({ delivery: { ...seen, ...written }, seen });
};

const confirmed = (revision: number): NonNullable<Delivery['confirmed']> => ({
  versionId: `v${revision}`,
  fingerprint: `f${revision}`,
  serial: '01',
  notAfter: '2027-02-01T00:00:00.000Z',
  at: at(1),
  afterMs: 700,
});

/** Without `tryAt`: nothing is left to do. */
const confirm = async (ledger: LedgerPorts, revision: number, of: Partial<Target> = {}): Promise<void> => {
  const { tryAt: _done, ...seen } = await read(ledger, of);
  const written = { ...seen, confirmed: confirmed(revision) };
  if (!(await ledger.deliveries.write({ delivery: written, seen }))) throw new Error('nothing was written');
};

const describeAims = (open: OpenLedger): void => {
  describe('DeliveryAims', () => {
    it('makes a target, once', async () => {
      const ledger = await open();
      expect(await ledger.deliveryAims.ofCertificate('shop/web')).toEqual([]);
      await aim(ledger, 1);
      const made = { target: target(), edit: 1, wanted: wanted(1), bumps: 0, tryAt: at(1) };
      expect(await ledger.deliveryAims.ofCertificate('shop/web')).toEqual([made]);
      await aim(ledger, 1, {}, 9);
      expect(await read(ledger)).toEqual(made);
    });

    it('wants a newer version with a clean count, and keeps what was confirmed and what is still to be restarted', async () => {
      const ledger = await open();
      await aim(ledger, 1);
      const failure = { code: 'TARGET_MISSING', message: 'there is no ExternalSecret', at: at(1), count: 2 };
      const restart = { versionId: 'v1', notBefore: at(60) };
      await change(ledger, { bumps: 3, failure, restart, confirmed: confirmed(1) });
      await aim(ledger, 2, {}, 5);
      expect(await read(ledger)).toEqual({
        target: target(),
        edit: 3,
        wanted: wanted(2, at(4)),
        bumps: 0,
        confirmed: confirmed(1),
        restart,
        tryAt: at(5),
      });
    });

    it('looks again at the version that is wanted already where that is asked for: what was confirmed before is no proof any more', async () => {
      const ledger = await open();
      await aim(ledger, 2);
      await confirm(ledger, 2);
      const again = (revision: number, n: number) =>
        ledger.deliveryAims.aim({ target: target(), wanted: wanted(revision, at(n)), tryAt: at(n + 1), again: true });
      await again(2, 5);
      const seen = await read(ledger);
      expect(seen).toMatchObject({ wanted: wanted(2, at(5)), confirmed: confirmed(2), bumps: 0, tryAt: at(6) });
      expect(isDelivered(seen)).toBe(false);
      await again(1, 9);
      expect(await read(ledger)).toEqual(seen);
    });

    it('never goes back to an older version', async () => {
      const ledger = await open();
      await aim(ledger, 2);
      const before = await read(ledger);
      await aim(ledger, 1);
      await aim(ledger, 1, { secret: 'other-tls' });
      expect(await read(ledger)).toEqual(before);
    });

    it('begins anew where the Secret has another name, also for the same version', async () => {
      const ledger = await open();
      await aim(ledger, 1);
      await change(ledger, { bumps: 2, confirmed: confirmed(1), restart: { versionId: 'v1', notBefore: at(60) } });
      await aim(ledger, 1, { secret: 'other-tls' }, 7);
      expect(await read(ledger)).toEqual({
        target: target({ secret: 'other-tls' }),
        edit: 3,
        wanted: wanted(1, at(6)),
        bumps: 0,
        tryAt: at(7),
      });
    });

    it('tells all targets of one certificate, and forgets those that are dropped, unknown ones too', async () => {
      const ledger = await open();
      for (const [cluster, namespace] of [
        ['red', 'shop'],
        ['blue', '*'],
        ['blue', 'pay'],
      ] as const)
        await aim(ledger, 1, { cluster, namespace });
      await aim(ledger, 1, { certificate: 'shop/web-2' });
      const places = async () =>
        (await ledger.deliveryAims.ofCertificate('shop/web')).map(({ target: t }) => `${t.cluster}/${t.namespace}`);
      expect(await places()).toEqual(['blue/*', 'blue/pay', 'red/shop']);
      await ledger.deliveryAims.drop(target({ namespace: 'pay' }));
      await ledger.deliveryAims.drop(target({ namespace: 'pay' }));
      expect(await places()).toEqual(['blue/*', 'red/shop']);
      expect(await ledger.deliveries.read(target({ namespace: 'pay' }))).toBeUndefined();
    });

    it('lets one of many that aim at once win, and the newest version stand', async () => {
      const ledger = await open();
      await Promise.all([3, 1, 2, 3].map((revision) => aim(ledger, revision)));
      expect((await read(ledger)).wanted.revision).toBe(3);
    });
  });
};

const describeWrites = (open: OpenLedger): void => {
  describe('Deliveries', () => {
    it('writes what nobody has changed meanwhile, and takes off what is left out', async () => {
      const ledger = await open();
      await aim(ledger, 1);
      await confirm(ledger, 1);
      expect(await read(ledger)).toEqual({
        target: target(),
        edit: 2,
        wanted: wanted(1),
        bumps: 0,
        confirmed: confirmed(1),
      });
    });

    it('refuses a write on what was seen before another aim, another write, or a drop', async () => {
      const ledger = await open();
      await aim(ledger, 1);
      const seen = await read(ledger);
      await aim(ledger, 2);
      expect(await ledger.deliveries.write({ delivery: { ...seen, bumps: 1 }, seen })).toBe(false);
      const newer = await read(ledger);
      expect(await ledger.deliveries.write({ delivery: { ...newer, bumps: 1 }, seen: newer })).toBe(true);
      expect(await ledger.deliveries.write({ delivery: { ...newer, bumps: 7 }, seen: newer })).toBe(false);
      expect((await read(ledger)).bumps).toBe(1);
      const last = await read(ledger);
      await ledger.deliveryAims.drop(target());
      expect(await ledger.deliveries.write({ delivery: { ...last, bumps: 2 }, seen: last })).toBe(false);
      expect(await ledger.deliveries.read(target())).toBeUndefined();
    });

    it('knows its own write again when the answer was lost', async () => {
      const ledger = await open();
      await aim(ledger, 1);
      const seen = await read(ledger);
      const write = { delivery: { ...seen, bumps: 1 }, seen };
      expect(await ledger.deliveries.write(write)).toBe(true);
      expect(await ledger.deliveries.write(write)).toBe(true);
      expect(await read(ledger)).toMatchObject({ bumps: 1, edit: 2 });
    });

    it('tells what is due in one cluster, the oldest first, no more than is asked for', async () => {
      const ledger = await open();
      for (const [certificate, n] of [
        ['shop/c', 3],
        ['shop/a', 1],
        ['shop/b', 2],
        ['shop/d', 9],
      ] as const)
        await aim(ledger, 1, { certificate }, n);
      await aim(ledger, 1, { certificate: 'shop/a', cluster: 'red' }, 1);
      const due = async (n: number, limit: number) =>
        (await ledger.deliveries.due({ cluster: 'blue', now: minute(n), limit })).map(({ certificate }) => certificate);
      expect(await due(3, 10)).toEqual(['shop/a', 'shop/b', 'shop/c']);
      expect(await due(9, 2)).toEqual(['shop/a', 'shop/b']);
      expect(await ledger.deliveries.due({ cluster: 'red', now: minute(1), limit: 9 })).toEqual([
        target({ certificate: 'shop/a', cluster: 'red' }),
      ]);
      await confirm(ledger, 1, { certificate: 'shop/a' });
      expect(await due(3, 10)).toEqual(['shop/b', 'shop/c']);
    });
  });
};

const describeLags = (open: OpenLedger): void => {
  describe('DeliveryLags', () => {
    const lag = (ledger: LedgerPorts, n: number) => ledger.deliveryLags.lag({ cluster: 'blue', now: minute(n) });

    it('counts what is due and what is not confirmed, and tells since when the oldest waits', async () => {
      const ledger = await open();
      expect(await lag(ledger, 5)).toEqual({ due: 0, unconfirmed: 0 });
      for (const [certificate, n] of [
        ['shop/c', 3],
        ['shop/a', 5],
        ['shop/b', 4],
      ] as const)
        await aim(ledger, 1, { certificate }, n);
      await aim(ledger, 1, { cluster: 'red' }, 1);
      expect(await lag(ledger, 2)).toEqual({ due: 0, unconfirmed: 3, oldest: at(2) });
      expect(await lag(ledger, 4)).toEqual({ due: 2, unconfirmed: 3, oldest: at(2) });
      await confirm(ledger, 1, { certificate: 'shop/c' });
      expect(await lag(ledger, 9)).toEqual({ due: 2, unconfirmed: 2, oldest: at(3) });
    });

    it('counts a restart that is due, but does not call its target unconfirmed', async () => {
      const ledger = await open();
      await aim(ledger, 1);
      await change(ledger, { confirmed: confirmed(1), restart: { versionId: 'v1', notBefore: at(7) }, tryAt: at(7) });
      expect(await lag(ledger, 6)).toEqual({ due: 0, unconfirmed: 0 });
      expect(await lag(ledger, 7)).toEqual({ due: 1, unconfirmed: 0 });
      await aim(ledger, 2, {}, 8);
      expect(await lag(ledger, 7)).toEqual({ due: 0, unconfirmed: 1, oldest: at(7) });
    });
  });
};

/** Runs the contracts of what is known of deliveries. */
export const describeDeliveries = (open: OpenLedger): void => {
  describeAims(open);
  describeWrites(open);
  describeLags(open);
};
