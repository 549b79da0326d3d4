// The fake CA as the contract suites of ACME want their CAs: in real time, with TXT values of its own.
import type { AcmeStage } from '#test/contracts/acme-ca.ts';
import { FakeAcme, type FakeAcmeOptions } from '#test/support/fake-acme.ts';

const DAY = 86_400_000;

export const fakeStage = async (options: Partial<FakeAcmeOptions> = {}): Promise<AcmeStage> => {
  const records = new Map<string, string[]>();
  const ca = new FakeAcme({
    clock: { now: () => new Date() },
    txt: async (name) => records.get(name) ?? [],
    profiles: { classic: { lifetimeMs: 64 * DAY }, shortlived: { lifetimeMs: 160 * 3_600_000 } },
    ...options,
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
