// Runs the contract of PublicDns on the fake, and on the adapter before the local DNS server.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll } from 'vitest';
import { publicDns } from '#adapters/public-dns.ts';
import { type LocalDns, startDns } from '#local/dns/server.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import { fakePublicDns } from '#test/support/fake-public-dns.ts';
import { describePublicDns, ZONE } from './public-dns.ts';

describePublicDns(
  'fake',
  () =>
    fakePublicDns({
      'CAA example.com': ['0 issue "ca.test; accounturi=https://ca.test/1"', '128 tbs "x"'],
      'NS example.com': ['ns1.example.com', 'ns2.example.com'],
      'A ns1.example.com': ['192.0.2.1'],
      'TXT long.example.com': ['first half, second half'],
      'TXT alias.example.com': ['first half, second half'],
      'TXT gone.example.com': 'absent',
    }),
  () => fakePublicDns({ 'CAA example.com': 'failed' }),
);

let local: LocalDns;
const silent = createSocket('udp4');

beforeAll(async () => {
  const data = new ZoneData();
  data.putZone(ZONE);
  local = await startDns({ data });
  silent.bind({ address: '127.0.0.1', port: 0 });
  await once(silent, 'listening');
});
afterAll(async () => {
  await local.stop();
  silent.close();
});

describePublicDns(
  'c-ares before the local DNS',
  () => publicDns({ servers: [`${local.address}:${local.port}`] }),
  () => publicDns({ servers: [`127.0.0.1:${silent.address().port}`] }),
);
