// The contracts of Troubles and Histories: what people are shown beyond rows.
import { describe, expect, it } from 'vitest';
import { claimed, failed, issued, minute, type OpenLedger, working } from './story.ts';

const at = (n: number): string => minute(n).toISOString();
const target = (certificate: string, cluster: string, namespace = 'shop') => ({
  certificate,
  cluster,
  namespace,
  secret: 'web-tls',
  kind: 'ExternalSecret' as const,
});
const wanted = { revision: 1, versionId: 'v1', fingerprint: 'f1', since: at(0) };

const describeTroubles = (open: OpenLedger): void => {
  describe('Troubles', () => {
    it('names the rows whose last attempt failed, and no others', async () => {
      const ledger = await open();
      for (const name of ['shop/web', 'pay/api', 'shop/well']) {
        const row = await claimed(ledger, name);
        const progress = name === 'shop/well' ? working : failed;
        await ledger.claimedRows.release({ row, progress, timers: { startAt: at(300) } });
      }
      expect([...(await ledger.troubles.failing({ limit: 10 }))].sort()).toEqual(['pay/api', 'shop/web']);
    });

    it('names the certificates that one cluster has waited for since before an instant, each once', async () => {
      const ledger = await open();
      const aim = (certificate: string, cluster: string, namespace: string) =>
        ledger.deliveryAims.aim({ target: target(certificate, cluster, namespace), wanted, tryAt: at(1) });
      await aim('shop/web', 'blue', 'a');
      await aim('shop/web', 'blue', 'b');
      await aim('shop/other', 'green', 'a');
      await aim('shop/there', 'blue', 'a');
      const seen = (await ledger.deliveryAims.ofCertificate('shop/there'))[0]!;
      const confirmed = { versionId: 'v1', fingerprint: 'f1', serial: '01', notAfter: at(900), at: at(1), afterMs: 7 };
      const delivery = { ...seen, confirmed, restart: { versionId: 'v1', notBefore: at(2) } };
      expect(await ledger.deliveries.write({ delivery, seen })).toBe(true);
      const waits = (cluster: string, since = minute(1)) => ledger.troubles.undelivered({ cluster, since, limit: 10 });
      expect(await waits('blue')).toEqual(['shop/web']);
      expect(await waits('blue', minute(0))).toEqual([]);
      expect(await waits('red')).toEqual([]);
    });
  });
};

/** Runs both contracts. */
export const describeViews = (open: OpenLedger): void => {
  describeTroubles(open);
  describe('Histories', () => {
    it('gives the newest outcomes of one certificate, newest first, as they were recorded', async () => {
      const ledger = await open();
      const row = await claimed(ledger, 'shop/web');
      const records = [1, 2, 3].map((n) => ({ ...issued('shop/web'), id: `record-${n}`, at: at(n) }));
      for (const record of records)
        await ledger.claimedRows.save({ row, progress: working, leaseUntil: minute(9), record });
      expect(await ledger.histories.newest({ name: 'shop/web', limit: 2 })).toEqual([records[2], records[1]]);
      expect(await ledger.histories.newest({ name: 'shop/none', limit: 2 })).toEqual([]);
    });
  });
};
