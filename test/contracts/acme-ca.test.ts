// The ACME port on the fake CA and on real ones.

import { caddyStage, pebbleStage } from '#test/support/acme/real-stage.ts';
import { FakeAcme } from '#test/support/fake-acme.ts';
import type { AcmeStage } from './acme-ca.ts';
import { describeAcmeCa } from './acme-ca.ts';

const fakeStage = async (options: { reuseAuthorizations: boolean }): Promise<AcmeStage> => {
  const records = new Map<string, string[]>();
  const ca = new FakeAcme({
    clock: { now: () => new Date() },
    txt: async (name) => records.get(name) ?? [],
    ...options,
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

const never = { reuse: 'never', countsRequests: false } as const;
const always = { reuse: 'always', countsRequests: false } as const;

describeAcmeCa('the fake CA', () => fakeStage({ reuseAuthorizations: false }), { ...asPebble, ...never });

describeAcmeCa('the fake CA that uses authorizations again', () => fakeStage({ reuseAuthorizations: true }), {
  ...asPebble,
  ...always,
});

describeAcmeCa('Pebble', () => pebbleStage(chains), { ...asPebble, ...never, countsRequests: true });

describeAcmeCa(
  'Pebble that refuses 30 % of good nonces and uses authorizations again',
  () => pebbleStage({ ...chains, nonceRejectPercent: 30, authorizationReusePercent: 100 }),
  { ...asPebble, ...always },
);

describeAcmeCa('Caddy', caddyStage, {
  profile: 'none',
  alternates: false,
  failedChallenge: 'pending',
  givenUp: 'pending',
  reuse: 'never',
  countsRequests: true,
});
