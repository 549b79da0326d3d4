// The contract of Dependents: whom a CA certificate signs, and telling them, beside whoever is at work.
import { describe, expect, it } from 'vitest';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import type { LedgerPorts } from '#test/support/fake-ledger.ts';
import { accepted, bookNext, claim, dueAt, minute, type OpenLedger } from './story.ts';

const CA = 'pki/root';
const at = (n: number): string => minute(n).toISOString();

const signedBy = (name: string, signer: string, hash = 'h1'): DeclaredCertificate => ({
  ...declaredCertificate({ name, hash }),
  issuer: {
    kind: 'ClusterIssuer',
    namespace: '',
    name: 'own-ca',
    type: 'ca',
    ca: { signer: { kind: 'declared', certificate: signer } },
  },
});

const declare = (ledger: LedgerPorts, declared: DeclaredCertificate) =>
  ledger.declaredRows.declare({ declared, seen: undefined, uid: `uid-${declared.name}`, now: minute(0) });

const names = async (ledger: LedgerPorts, signer = CA): Promise<readonly string[]> =>
  (await ledger.dependents.page({ signer, limit: 100 })).map(({ name }) => name);

const wake = (ledger: LedgerPorts, name: string, trust: string, n: number) =>
  ledger.dependents.wake({ name, uid: `uid-${name}`, signer: CA, trust, now: minute(n) });

const claimed = async (ledger: LedgerPorts, name: string) => {
  await declare(ledger, signedBy(name, CA));
  await bookNext(ledger, minute(0));
  const row = await claim(ledger, { name, run: 1 });
  if (typeof row === 'string') throw new Error(`claim: ${row}`);
  return row;
};

/** Runs the contract of Dependents. */
export const describeDependents = (open: OpenLedger): void => {
  describe('Dependents', () => {
    it('lists whom a CA certificate signs, by name and page after page', async () => {
      const ledger = await open();
      for (const name of ['shop/c', 'shop/a', 'shop/b']) await declare(ledger, signedBy(name, CA));
      await declare(ledger, signedBy('shop/other', 'pki/other'));
      await declare(ledger, declaredCertificate({ name: 'shop/public' }));
      expect(await ledger.dependents.page({ signer: CA, limit: 2 })).toEqual([
        { name: 'shop/a', uid: 'uid-shop/a' },
        { name: 'shop/b', uid: 'uid-shop/b' },
      ]);
      expect(await ledger.dependents.page({ signer: CA, after: 'shop/b', limit: 2 })).toEqual([
        { name: 'shop/c', uid: 'uid-shop/c' },
      ]);
    });

    it('follows a row to another issuer, and forgets a retired one until it comes back', async () => {
      const ledger = await open();
      for (const name of ['shop/a', 'shop/b']) await declare(ledger, signedBy(name, CA));
      const a = { seen: await accepted(ledger, 'shop/a'), uid: 'uid-shop/a', now: minute(1) };
      await ledger.declaredRows.declare({ ...a, declared: signedBy('shop/a', 'pki/other', 'h2') });
      const seen = (await accepted(ledger, 'shop/b'))!;
      await ledger.declaredRows.retire({ seen, now: minute(1) });
      expect(await names(ledger)).toEqual([]);
      expect(await names(ledger, 'pki/other')).toEqual(['shop/a']);
      const again = { seen: await accepted(ledger, 'shop/b'), uid: 'uid-shop/b', now: minute(2) };
      await ledger.declaredRows.declare({ ...again, declared: signedBy('shop/b', CA, 'h3') });
      expect(await names(ledger)).toEqual(['shop/b']);
    });

    it('wakes a row, and once only for the same trust', async () => {
      const ledger = await open();
      const row = await claimed(ledger, 'shop/a');
      const timers = { startAt: at(500) };
      await ledger.claimedRows.release({ row, progress: { revision: 1 }, timers });
      await wake(ledger, 'shop/a', 't1', 7);
      expect(await ledger.rowReader.read('shop/a')).toMatchObject({
        signerTrust: { signer: CA, trust: 't1' },
        startAt: at(7),
      });
      await wake(ledger, 'shop/a', 't1', 9);
      expect(await ledger.rowReader.read('shop/a')).toMatchObject({ startAt: at(7) });
      await wake(ledger, 'shop/a', 't2', 9);
      expect(await ledger.rowReader.read('shop/a')).toMatchObject({ startAt: at(9) });
    });

    it('leaves a running lease its time; its holder learns of it as it lets go', async () => {
      const ledger = await open();
      const row = await claimed(ledger, 'shop/a');
      await wake(ledger, 'shop/a', 't1', 2);
      expect(await dueAt(ledger, minute(4))).toEqual([]);
      const timers = { startAt: at(500) };
      expect(await ledger.claimedRows.release({ row, progress: { revision: 1 }, timers })).toBe('changed');
      const seen = await ledger.claimedRows.save({ row, progress: { revision: 1 }, leaseUntil: minute(6) });
      expect(seen.signerTrust).toEqual({ signer: CA, trust: 't1' });
      expect(await ledger.claimedRows.release({ row: seen, progress: { revision: 1 }, timers })).toBe('released');
    });

    it('wakes nothing that is retired, gone, or of another life', async () => {
      const ledger = await open();
      await declare(ledger, signedBy('shop/a', CA));
      await ledger.dependents.wake({ name: 'shop/a', uid: 'uid-other', signer: CA, trust: 't1', now: minute(1) });
      await ledger.declaredRows.retire({ seen: (await accepted(ledger, 'shop/a'))!, now: minute(1) });
      await wake(ledger, 'shop/a', 't1', 2);
      await wake(ledger, 'shop/none', 't1', 2);
      expect((await ledger.rowReader.read('shop/a'))?.signerTrust).toBeUndefined();
      expect(await ledger.rowReader.read('shop/none')).toBeUndefined();
    });
  });
};
