// The ACME port on the fake CA and on real ones.

import { caddyStage, pebbleStage } from '#test/support/acme/real-stage.ts';
import { FakeAcme } from '#test/support/fake-acme.ts';
import type { AcmeStage } from './acme-ca.ts';
import { describeAcmeCa } from './acme-ca.ts';

const fakeStage = async (): Promise<AcmeStage> => {
  const records = new Map<string, string[]>();
  const ca = new FakeAcme({
    clock: { now: () => new Date() },
    txt: async (name) => records.get(name) ?? [],
    profiles: { classic: { lifetimeMs: 64 * 86_400_000 }, shortlived: { lifetimeMs: 160 * 3_600_000 } },
  });
  return {
    ca,
    connection: { directoryUrl: 'https://acme.fake.test/directory', skipTlsVerify: false },
    putTxt: ({ name, value }) => records.set(name, [...(records.get(name) ?? []), value]),
    requests: () => undefined,
    alternateRoot: async () => 'Fake Alternate Root',
    stop: async () => undefined,
  };
};

const asPebble = { profile: 'classic', alternates: true, failedChallenge: 'invalid', givenUp: 'deactivated' } as const;
const chains = { chainLength: 3, alternateRoots: 2 };

describeAcmeCa('the fake CA', fakeStage, { ...asPebble, countsRequests: false });

describeAcmeCa('Pebble', () => pebbleStage(chains), { ...asPebble, countsRequests: true });

describeAcmeCa('Pebble that refuses 30 % of good nonces', () => pebbleStage({ ...chains, nonceRejectPercent: 30 }), {
  ...asPebble,
  countsRequests: false,
});

describeAcmeCa('Caddy', caddyStage, {
  profile: 'none',
  alternates: false,
  failedChallenge: 'pending',
  givenUp: 'pending',
  countsRequests: true,
});
