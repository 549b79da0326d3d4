// The ACME port on the fake CA and on real ones.

import { fakeStage } from '#test/support/acme/fake-stage.ts';
import { caddyStage, pebbleStage } from '#test/support/acme/real-stage.ts';
import { describeAcmeCa } from './acme-ca.ts';

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
