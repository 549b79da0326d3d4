// What every DNS provider must do, whatever stands behind it. A declared difference of an emulator is asserted as it is,
// never passed over.
import { beforeAll, describe } from 'vitest';
import { describeChanges } from './dns-provider/changes.ts';
import { describeRefusals } from './dns-provider/refusals.ts';
import type { DnsUnderTest } from './dns-provider/setup.ts';
import { describeZones } from './dns-provider/zones.ts';

export const describeDnsProvider = (part: string, setup: () => Promise<DnsUnderTest>): void => {
  describe(`the DNS provider on ${part}`, () => {
    let under: DnsUnderTest;
    beforeAll(async () => {
      under = await setup();
      return () => under.close();
    }, 240_000);
    const context = () => under;
    describeZones(context);
    describeChanges(context);
    describeRefusals(context);
  });
};
