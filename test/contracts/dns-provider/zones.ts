// The contract of DnsProvider.zoneFor.
import { describe, expect, it } from 'vitest';
import { type Context, code, freshName } from './setup.ts';

export const describeZones = (under: Context): void => {
  describe('zoneFor', () => {
    it('finds the longest zone whose name ends the name at a border of labels', async () => {
      const apex = freshName();
      const outer = await under().byHand.addZone({ name: apex });
      const inner = await under().byHand.addZone({ name: `shop.${apex}` });
      await under().byHand.addZone({ name: `op.${apex}` });
      const { zoneFor } = under().open();
      const idOf = async (name: string) => (await zoneFor({ name, access: {} }))?.id;
      expect(await idOf(`_acme-challenge.www.shop.${apex}`)).toBe(inner);
      expect(await idOf(`_acme-challenge.myshop.${apex}`)).toBe(outer);
      expect(await idOf(`_ACME-Challenge.SHOP.${apex}.`)).toBe(inner);
      expect(await idOf(`shop.${apex}`)).toBe(inner);
      expect(await zoneFor({ name: apex, access: {} })).toEqual({ id: outer, name: apex, access: {} });
    });

    it('has no zone for a name that none covers', async () => {
      expect(await under().open().zoneFor({ name: '_acme-challenge.nowhere.test', access: {} })).toBeUndefined();
    });

    it('never takes a private zone', async () => {
      const name = freshName();
      const outer = await under().byHand.addZone({ name });
      await under().byHand.addZone({ name: `in.${name}`, isPrivate: true });
      expect(
        (
          await under()
            .open()
            .zoneFor({ name: `www.in.${name}`, access: {} })
        )?.id,
      ).toBe(outer);
    });

    it('takes the pinned zone where it covers the name, though a longer one exists', async () => {
      const name = freshName();
      const outer = await under().byHand.addZone({ name });
      await under().byHand.addZone({ name: `in.${name}` });
      const { zoneFor } = under().open();
      const pinned = { pinnedZoneId: outer, access: {} };
      expect((await zoneFor({ name: `www.in.${name}`, ...pinned }))?.id).toBe(outer);
      expect(await zoneFor({ name: 'www.nowhere.test', ...pinned })).toBeUndefined();
    });

    it('says so when the pinned zone does not exist', async () => {
      const request = { name: 'www.example.com', pinnedZoneId: 'Z0000000NOWHERE', access: {} };
      await expect(under().open().zoneFor(request)).rejects.toEqual(code('DNS_NO_ZONE'));
    });

    it('keeps to the configured zones where there are some, named or not', async () => {
      const name = freshName();
      const outer = await under().byHand.addZone({ name });
      const inner = await under().byHand.addZone({ name: `in.${name}` });
      await under().byHand.addZone({ name: `deep.in.${name}` });
      const { zoneFor } = under().open([{ id: outer, name }, { id: inner }]);
      expect((await zoneFor({ name: `www.deep.in.${name}`, access: {} }))?.id).toBe(inner);
      expect((await zoneFor({ name: `www.${name}`, access: {} }))?.id).toBe(outer);
      const other = freshName();
      await under().byHand.addZone({ name: other });
      expect(await zoneFor({ name: other, access: {} })).toBeUndefined();
    });

    it('finds each of 130 zones over all pages', async () => {
      const names = Array.from({ length: 130 }, (_, n) => `z${n}-${freshName()}`);
      const ids: string[] = [];
      for (const name of names) ids.push(await under().byHand.addZone({ name }));
      const { zoneFor } = under().open();
      const found = await Promise.all(names.map((name) => zoneFor({ name: `_acme-challenge.${name}`, access: {} })));
      expect(found.map((zone) => zone?.id)).toEqual(ids);
    });
  });
};
