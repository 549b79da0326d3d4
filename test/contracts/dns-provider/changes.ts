// The contract of DnsProvider.change and isSettled, as long as nothing is refused.
import { describe, expect, it } from 'vitest';
import { aValue, type Context, code, freshZone, settled } from './setup.ts';

export const describeChanges = (under: Context): void => {
  describe('change', () => {
    it('lets apex and wildcard stand at one name, and takes each away alone', async () => {
      const zone = await freshZone(under());
      const provider = under().open();
      const name = `_acme-challenge.${zone.name}`;
      const [apex, wildcard] = [aValue(), aValue()];
      const records = [apex, wildcard].map((value) => ({ name, value }));
      const changeId = await provider.change({ zone, kind: 'upsert', records });
      expect(changeId).toMatch(/./);
      expect(await settled(provider, zone, changeId)).toBe(true);
      expect(await under().byHand.values({ zoneId: zone.id, name })).toEqual([apex, wildcard].sort());
      await provider.change({ zone, kind: 'delete', records: [{ name, value: apex }] });
      expect(await under().byHand.values({ zoneId: zone.id, name })).toEqual([wildcard]);
    });

    it('may be repeated in both directions', async () => {
      const zone = await freshZone(under());
      const provider = under().open();
      const name = `_acme-challenge.${zone.name}`;
      const records = [{ name, value: aValue() }];
      await provider.change({ zone, kind: 'upsert', records });
      await provider.change({ zone, kind: 'upsert', records: [...records, ...records] });
      expect(await under().byHand.values({ zoneId: zone.id, name })).toEqual([records[0]?.value]);
      const changeId = await provider.change({ zone, kind: 'delete', records });
      expect(await settled(provider, zone, changeId)).toBe(true);
      await provider.change({ zone, kind: 'delete', records });
      expect(await under().byHand.values({ zoneId: zone.id, name })).toEqual([]);
    });

    it('deletes what is there when others of the batch are gone, also at the same name', async () => {
      const zone = await freshZone(under());
      const provider = under().open();
      const name = `_acme-challenge.${zone.name}`;
      const [here, gone, elsewhere] = [aValue(), aValue(), aValue()];
      const records = [
        { name, value: gone },
        { name, value: here },
        { name: `_acme-challenge.www.${zone.name}`, value: elsewhere },
      ];
      await provider.change({ zone, kind: 'upsert', records });
      await provider.change({ zone, kind: 'delete', records: records.slice(0, 1) });
      expect(await provider.change({ zone, kind: 'delete', records })).toMatch(/./);
      expect(await under().byHand.values({ zoneId: zone.id, name })).toEqual([]);
      expect(await under().byHand.values({ zoneId: zone.id, name: records[2]?.name ?? '' })).toEqual([]);
    });

    it('has nothing to settle when all that it should delete never was', async () => {
      const zone = await freshZone(under());
      const records = [aValue(), aValue()].map((value) => ({ name: `_acme-challenge.${zone.name}`, value }));
      const deletion = under().open().change({ zone, kind: 'delete', records });
      if (under().differences.refusesUnknownDeletes) {
        await expect(deletion).rejects.toEqual(code('DNS_CHANGE_REFUSED'));
      } else {
        expect(await deletion).toBeUndefined();
      }
    });

    it('leaves values of others alone', async () => {
      const zone = await freshZone(under());
      const name = `_acme-challenge.${zone.name}`;
      const [theirs, ours] = [aValue(), aValue()];
      await under()
        .open()
        .change({ zone, kind: 'upsert', records: [{ name, value: theirs }] });
      const provider = under().open();
      await provider.change({ zone, kind: 'upsert', records: [{ name, value: ours }] });
      await provider.change({ zone, kind: 'delete', records: [{ name, value: ours }] });
      expect(await under().byHand.values({ zoneId: zone.id, name })).toEqual([theirs]);
    });

    it('writes names in lower case and escapes what needs it', async () => {
      const zone = await freshZone(under());
      const provider = under().open();
      const records = [{ name: `_ACME-Challenge.${zone.name}.`, value: 'a b' }];
      await provider.change({ zone, kind: 'upsert', records });
      const name = `_acme-challenge.${zone.name}`;
      expect(await under().byHand.values({ zoneId: zone.id, name })).toEqual(['a b']);
      await provider.change({ zone, kind: 'delete', records });
      expect(await under().byHand.values({ zoneId: zone.id, name })).toEqual([]);
    });

    it('sends 500 values in as many requests as Route53 needs, under one id', async () => {
      const zone = await freshZone(under());
      const provider = under().open();
      const records = Array.from({ length: 500 }, (_, n) => ({
        name: `_acme-challenge.h${n}.${zone.name}`,
        value: aValue(),
      }));
      const changeId = await provider.change({ zone, kind: 'upsert', records });
      expect(await settled(provider, zone, changeId)).toBe(true);
      const last = records[499]?.name ?? '';
      expect(await under().byHand.values({ zoneId: zone.id, name: last })).toEqual([records[499]?.value]);
      await provider.change({ zone, kind: 'delete', records });
      expect(await under().byHand.values({ zoneId: zone.id, name: last })).toEqual([]);
    });
  });
};
