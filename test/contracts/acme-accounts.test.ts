// Accounts on the fake CA and on real ones, with and without external account binding.
import { caddyStage, pebbleStage } from '#test/support/acme/real-stage.ts';
import { FakeAcme } from '#test/support/fake-acme.ts';
import { describeAcmeAccounts } from './acme-accounts.ts';
import type { AcmeStage } from './acme-ca.ts';

/** Random enough for a CA that forgets them at its end. */
const BINDINGS = Object.fromEntries(
  Array.from({ length: 9 }, (_, i) => [
    `kid-${i}`,
    Buffer.from(`hmac-key-number-${i}-of-the-test-ca!`).toString('base64url'),
  ]),
);

const fakeStage = async (externalAccounts?: Readonly<Record<string, string>>): Promise<AcmeStage> => {
  const records = new Map<string, string[]>();
  const ca = new FakeAcme({
    clock: { now: () => new Date() },
    txt: async (name) => records.get(name) ?? [],
    profiles: { classic: { lifetimeMs: 64 * 86_400_000 } },
    ...(externalAccounts === undefined ? {} : { externalAccounts }),
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

const common = { keyChange: 'done', takesNotAfter: true, profile: 'classic' } as const;

describeAcmeAccounts('accounts of the fake CA', () => fakeStage(), {
  ...common,
  bindings: 'none',
  spends: false,
  guardsKeys: true,
});

describeAcmeAccounts('accounts of the fake CA that wants a binding', () => fakeStage(BINDINGS), {
  ...common,
  bindings: BINDINGS,
  spends: true,
  guardsKeys: true,
});

describeAcmeAccounts('accounts of Pebble', () => pebbleStage({}), {
  ...common,
  bindings: 'none',
  spends: false,
  guardsKeys: false,
});

describeAcmeAccounts(
  'accounts of Pebble that wants a binding and refuses 30 % of good nonces',
  () => pebbleStage({ externalAccounts: BINDINGS, nonceRejectPercent: 30 }),
  { ...common, bindings: BINDINGS, spends: false, guardsKeys: false },
);

describeAcmeAccounts('accounts of Caddy', caddyStage, {
  bindings: 'none',
  spends: false,
  guardsKeys: true,
  keyChange: 'refused',
  takesNotAfter: true,
  profile: 'none',
});
