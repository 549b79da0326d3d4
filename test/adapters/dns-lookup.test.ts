// DnsLookup against the local DNS server.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dnsLookup } from '#adapters/dns-lookup.ts';
import type { DnsLookup } from '#core/ports.ts';
import { type LocalDns, startDns } from '#local/dns/server.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import { putZone, set } from '#test/support/dns-client.ts';

let dns: LocalDns;
let lookup: DnsLookup;

beforeAll(async () => {
  const data = new ZoneData();
  putZone(
    data,
    'Z1',
    'example.com.',
    set('_acme-challenge.shop.example.com.', 'CNAME', ['Shop.Validation.Example.NET.']),
    set('www.example.com.', 'TXT', ['"no alias"']),
  );
  dns = await startDns({ data });
  lookup = dnsLookup({ servers: [`127.0.0.1:${dns.port}`] });
});
afterAll(() => dns.stop());

describe('the look-up of a CNAME', () => {
  it('gives its target in lower case, without the trailing dot', async () => {
    expect(await lookup.cname('_acme-challenge.shop.example.com')).toBe('shop.validation.example.net');
  });

  it('gives nothing where a name has other records, and where there is no such name', async () => {
    expect(await lookup.cname('www.example.com')).toBeUndefined();
    expect(await lookup.cname('nowhere.example.com')).toBeUndefined();
  });

  it('throws DNS_LOOKUP_FAILED when nobody answers at the server’s port', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    const silent = dnsLookup({ servers: [`127.0.0.1:${port}`] });
    await expect(silent.cname('shop.example.com')).rejects.toMatchObject({
      code: 'DNS_LOOKUP_FAILED',
      detail: { offenders: ['shop.example.com'] },
    });
  });
});
