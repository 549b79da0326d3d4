// The public DNS is asked a question once a minute, and not asked where it does not answer.
import { describe, expect, it } from 'vitest';
import { rememberedDns } from '#core/preflight/remembered-dns.ts';
import { fakePublicDns } from '#test/support/fake-public-dns.ts';

const at = { now: 0 };
const clock = { now: () => new Date(at.now) };

describe('the remembered DNS', () => {
  it('asks each question once a minute, also one that is answered with nothing', async () => {
    const dns = fakePublicDns({ 'CAA example.com': ['0 issue "ca.test"'] });
    const remembered = rememberedDns(dns, clock);
    for (let i = 0; i < 3; i++) {
      expect(await remembered.caa('example.com')).toMatchObject({ kind: 'records' });
      expect(await remembered.txt('example.com')).toEqual({ kind: 'none' });
    }
    expect(dns.questions).toEqual(['CAA example.com', 'TXT example.com']);
    at.now += 60_000;
    await remembered.caa('example.com');
    expect(dns.questions).toHaveLength(3);
  });

  it('asks a question again that had no answer, but after three in a row nothing for a minute', async () => {
    const dns = fakePublicDns({ 'TXT a.test': 'failed', 'TXT b.test': 'failed', 'TXT c.test': 'failed' });
    const remembered = rememberedDns(dns, clock);
    for (const name of ['a.test', 'a.test', 'b.test', 'c.test', 'd.test'])
      expect((await remembered.txt(name)).kind).toBe('failed');
    expect(dns.questions).toEqual(['TXT a.test', 'TXT a.test', 'TXT b.test']);
    at.now += 60_000;
    expect(await remembered.txt('d.test')).toEqual({ kind: 'none' });
  });
});
