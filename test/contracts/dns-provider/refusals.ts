// The contract of a change that the provider refuses in part or whole.
import { describe, expect, it } from 'vitest';
import { aValue, type Context, code, freshZone } from './setup.ts';

export const describeRefusals = (under: Context): void => {
  describe('a refused change', () => {
    it('names the record at which a plain TXT stands, and lets the good ones stand', async () => {
      const zone = await freshZone(under());
      const provider = under().open();
      const [bad, good] = [`_acme-challenge.bad.${zone.name}`, `_acme-challenge.good.${zone.name}`];
      await under().byHand.addPlainTxt({ zoneId: zone.id, name: bad, value: 'plain' });
      const records = [bad, bad, good].map((name, n) => ({ name, value: `value-number-${n}` }));
      const change = provider.change({ zone, kind: 'upsert', records });
      if (under().differences.acceptsBesidePlainTxt) {
        expect(await change).toMatch(/./);
      } else {
        await expect(change).rejects.toEqual(code('DNS_TXT_CONFLICT', [bad]));
        expect(await under().byHand.values({ zoneId: zone.id, name: bad })).toEqual(['plain']);
      }
      expect(await under().byHand.values({ zoneId: zone.id, name: good })).toEqual(['value-number-2']);
    });

    it('names the record that lies outside the zone, and lets the good ones stand', async () => {
      const zone = await freshZone(under());
      const provider = under().open();
      const [outside, good] = ['_acme-challenge.outside.test', `_acme-challenge.${zone.name}`];
      const records = [outside, good].map((name, n) => ({ name, value: `value-number-${n}` }));
      const change = provider.change({ zone, kind: 'upsert', records });
      if (under().differences.acceptsForeignNames) expect(await change).toMatch(/./);
      else await expect(change).rejects.toEqual(code('DNS_CHANGE_REFUSED', [outside]));
      expect(await under().byHand.values({ zoneId: zone.id, name: good })).toEqual(['value-number-1']);
    });

    it('says so when the zone is gone', async () => {
      const zone = { id: 'Z0000000NOWHERE', name: 'nowhere.test', access: {} };
      const records = [{ name: '_acme-challenge.nowhere.test', value: aValue() }];
      await expect(under().open().change({ zone, kind: 'upsert', records })).rejects.toEqual(code('DNS_NO_ZONE'));
    });
  });
};
