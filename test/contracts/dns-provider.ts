// What every DNS provider must do, whatever stands behind it. A declared difference of an emulator is asserted as it is,
// never passed over.
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DnsProvider, Zone } from '#core/ports.ts';

export interface DnsUnderTest {
  /** A fresh implementer, as another container would have it. Configured zones: none unless given. */
  open(zones?: readonly { id: string; name?: string }[]): DnsProvider;
  /** Somebody else's hand on the provider. */
  byHand: {
    addZone(zone: { name: string; isPrivate?: boolean }): Promise<string>;
    addPlainTxt(request: { zoneId: string; name: string; value: string }): Promise<void>;
    /** All TXT values that stand at the name, without quotation marks, sorted. */
    values(request: { zoneId: string; name: string }): Promise<readonly string[]>;
  };
  /** How this part differs from AWS; the suite asserts the difference. */
  differences: {
    /** Lets multivalue answers stand beside a plain TXT set (both emulators). */
    acceptsBesidePlainTxt: boolean;
    /** Takes names outside the zone (ministack). */
    acceptsForeignNames: boolean;
    /** Refuses to delete what never was as a malformed request (moto). */
    refusesUnknownDeletes: boolean;
  };
  close(): Promise<void>;
}

const code = (expected: string, offenders?: readonly string[]) =>
  expect.objectContaining({
    name: 'EvercertError',
    code: expected,
    ...(offenders ? { detail: expect.objectContaining({ offenders }) } : {}),
  });
const aValue = (): string => randomBytes(32).toString('base64url');

export const describeDnsProvider = (part: string, setup: () => Promise<DnsUnderTest>): void => {
  describe(`the DNS provider on ${part}`, () => {
    let under: DnsUnderTest;
    beforeAll(async () => {
      under = await setup();
      return () => under.close();
    }, 120_000);
    describeZones(() => under);
    describeChanges(() => under);
    describeRefusals(() => under);
  });
};

const freshName = (): string => `${randomBytes(5).toString('hex')}.example.com`;

const describeZones = (under: () => DnsUnderTest): void => {
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

const freshZone = async (under: DnsUnderTest): Promise<Zone> => {
  const name = freshName();
  return { id: await under.byHand.addZone({ name }), name, access: {} };
};

/** Asks until it is settled; the emulators need a second look at most. */
const settled = async (provider: DnsProvider, zone: Zone, changeId: string | undefined): Promise<boolean> => {
  for (let look = 0; look < 10; look++) {
    if (changeId === undefined || (await provider.isSettled({ zone, changeId }))) return true;
  }
  return false;
};

const describeChanges = (under: () => DnsUnderTest): void => {
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

const describeRefusals = (under: () => DnsUnderTest): void => {
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
