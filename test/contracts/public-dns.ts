// What every implementer of PublicDns must do. It must never know what a finding is.
import { describe, expect, it } from 'vitest';
import type { PublicDns } from '#core/preflight/ports.ts';

/** The zone example.com with NS, CAA, TXT, A and an alias; nothing else exists. */
export const ZONE = {
  id: 'Z1',
  name: 'example.com',
  recordSets: [
    { name: 'example.com', type: 'SOA', ttl: 5, values: ['ns1.example.com. me.example.com. 1 7200 900 1209600 5'] },
    { name: 'example.com', type: 'NS', ttl: 5, values: ['NS1.example.com.', 'ns2.example.com.'] },
    {
      name: 'example.com',
      type: 'CAA',
      ttl: 5,
      values: ['0 issue "ca.test; accounturi=https://ca.test/1"', '128 tbs "x"'],
    },
    { name: 'long.example.com', type: 'TXT', ttl: 5, values: ['"first half, " "second half"'] },
    { name: 'ns1.example.com', type: 'A', ttl: 5, values: ['192.0.2.1'] },
    { name: 'alias.example.com', type: 'CNAME', ttl: 5, values: ['long.example.com.'] },
  ],
};

/** `open` gives a DNS that knows ZONE, and `deaf` one that never answers. */
export const describePublicDns = (part: string, open: () => PublicDns, deaf: () => PublicDns): void => {
  describe(`PublicDns: ${part}`, () => {
    it('gives CAA with critical flag, tag and whole value', async () => {
      const answer = await open().caa('example.com');
      expect(answer).toEqual({
        kind: 'records',
        records: expect.arrayContaining([
          { critical: false, tag: 'issue', value: 'ca.test; accounturi=https://ca.test/1' },
          { critical: true, tag: 'tbs', value: 'x' },
        ]),
      });
    });

    it('gives name servers and addresses as plain names', async () => {
      const servers = await open().hosts({ name: 'example.com', type: 'NS' });
      expect(servers.kind === 'records' && [...servers.records].sort()).toEqual(['ns1.example.com', 'ns2.example.com']);
      const addresses = await open().hosts({ name: 'ns1.example.com', type: 'A' });
      expect(addresses).toEqual({ kind: 'records', records: ['192.0.2.1'] });
    });

    it('joins the strings of a TXT record, also at the end of an alias', async () => {
      const joined = { kind: 'records', records: ['first half, second half'] };
      expect(await open().txt('long.example.com')).toEqual(joined);
      expect(await open().txt('alias.example.com')).toEqual(joined);
    });

    it('tells a name without such records from a name that does not exist', async () => {
      expect(await open().caa('long.example.com')).toEqual({ kind: 'none' });
      expect(await open().txt('gone.example.com')).toEqual({ kind: 'absent' });
    });

    it('says that it failed where nobody answers, and throws nothing', async () => {
      expect(await deaf().caa('example.com')).toEqual({ kind: 'failed', why: expect.any(String) });
    });
  });
};
