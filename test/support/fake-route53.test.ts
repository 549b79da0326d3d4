// The fake Route53 keeps what the real one has and the emulators lack: time until INSYNC, and eight answers.
import { describe, expect, it } from 'vitest';
import { FakeRoute53 } from './fake-route53.ts';

const zone = { id: 'Z1', name: 'example.com', access: {} };
const name = '_acme-challenge.example.com';

describe('the fake Route53', () => {
  it('shows a change in DNS when it is INSYNC, not before', async () => {
    const now = { ms: 0 };
    const fake = new FakeRoute53({ clock: { now: () => new Date(now.ms) }, zones: [zone], insyncAfterMs: 30_000 });
    const changeId = (await fake.provider.change({ zone, kind: 'upsert', records: [{ name, value: 'v' }] })) ?? '';
    expect([await fake.provider.isSettled({ zone, changeId }), fake.txt(name)]).toEqual([false, []]);
    expect(fake.standing()).toEqual([`${name} v`]);
    now.ms = 30_000;
    expect([await fake.provider.isSettled({ zone, changeId }), fake.txt(name)]).toEqual([true, ['v']]);
    await fake.provider.change({ zone, kind: 'delete', records: [{ name, value: 'v' }] });
    expect([fake.standing(), fake.txt(name)]).toEqual([[], ['v']]);
    now.ms = 60_000;
    expect(fake.txt(name)).toEqual([]);
  });

  it('answers eight values at most', async () => {
    const fake = new FakeRoute53({ clock: { now: () => new Date(0) }, zones: [zone] });
    const records = Array.from({ length: 9 }, (_, n) => ({ name, value: `v${n}` }));
    await fake.provider.change({ zone, kind: 'upsert', records });
    expect(fake.txt(name)).toHaveLength(8);
    expect(fake.standing()).toHaveLength(9);
  });

  it('tells its hook of every call and does nothing when the hook throws before', async () => {
    const fake = new FakeRoute53({
      clock: { now: () => new Date(0) },
      zones: [zone],
      hook: ({ method, when }) => {
        if (method === 'change' && when === 'before') throw new Error('no');
      },
    });
    const change = fake.provider.change({ zone, kind: 'upsert', records: [{ name, value: 'v' }] });
    await expect(change).rejects.toThrow('no');
    expect(fake.standing()).toEqual([]);
  });
});
