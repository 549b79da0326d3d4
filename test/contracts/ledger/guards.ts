// The contract of what guards the fleet: CAs that sign, and the watchdog's memory.
import { describe, expect, it } from 'vitest';
import { minute, type OpenLedger } from './story.ts';

export const describeGuards = (open: OpenLedger): void => {
  describe('Authorities', () => {
    it('keeps the CA that each issuer has signed with last, as it was seen last', async () => {
      const { authorities } = await open();
      expect(await authorities.all()).toEqual([]);
      const first = { id: 'arn:a', issuer: 'AWSPCAIssuer/web/ca', notAfter: minute(100).toISOString() };
      const other = { ...first, issuer: 'AWSPCAClusterIssuer/ca', notBefore: minute(0).toISOString() };
      await authorities.saw(first);
      await authorities.saw(other);
      await authorities.saw({ ...first, notAfter: minute(200).toISOString() });
      expect(await authorities.all()).toEqual([other, { ...first, notAfter: minute(200).toISOString() }]);
      const successor = { ...first, id: 'arn:b', notAfter: minute(900).toISOString() };
      await authorities.saw(successor);
      expect(await authorities.all()).toEqual([other, successor]);
    });
  });

  describe('WatchdogMemory', () => {
    it('begins with nothing, and holds what was written last', async () => {
      const { watchdogMemory } = await open();
      expect(await watchdogMemory.read()).toBeUndefined();
      const since = minute(0).toISOString();
      await watchdogMemory.write({ since, told: { SWEEP_STOPPED: minute(5).toISOString() } });
      await watchdogMemory.write({ since, told: {} });
      expect(await watchdogMemory.read()).toEqual({ since, told: {} });
    });
  });
};
