// What the local DNS answers: what a validating CA sees.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalDns, startDns } from '#local/dns/server.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import { putZone, query, set, shown, tcp, udp } from '#test/support/dns-client.ts';

let data: ZoneData;
let dns: LocalDns;
beforeEach(async () => {
  data = new ZoneData();
  dns = await startDns({ data });
});
afterEach(() => dns.stop());

describe('the local DNS', () => {
  it('answers every value of the multivalue sets of one name, by UDP and by TCP', async () => {
    putZone(
      data,
      'Z1',
      'example.com.',
      ...['one', 'two'].map((value) =>
        set('_acme-challenge.example.com.', 'TXT', [`"${value}"`], { setIdentifier: value }),
      ),
    );
    const both = [
      await udp(dns, query('_acme-challenge.example.com', 'TXT')),
      ...(await tcp(dns, query('_acme-challenge.example.com', 'TXT'))),
    ];
    for (const reply of both) {
      expect(shown(reply.answers)).toEqual([
        '_acme-challenge.example.com TXT one',
        '_acme-challenge.example.com TXT two',
      ]);
      expect(reply).toMatchObject({
        id: 7,
        flag_aa: true,
        flag_ra: true,
        flag_rd: true,
        flag_tc: false,
        rcode: 'NOERROR',
      });
    }
  });

  it('answers at most eight multivalue values, turning through all of them', async () => {
    const values = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
    putZone(
      data,
      'Z1',
      'example.com',
      ...values.map((value) => set('t.example.com', 'TXT', [`"${value}"`], { setIdentifier: value })),
    );
    const replies = await tcp(dns, ...values.map(() => query('t.example.com', 'TXT')));
    expect(replies.map((reply) => reply.answers?.length)).toEqual([8, 8, 8, 8, 8, 8, 8, 8, 8]);
    expect(new Set(replies.flatMap((reply) => shown(reply.answers))).size).toBe(9);
  });

  it('compares names without regard to case and keeps the case of the question', async () => {
    putZone(data, 'Z1', 'Example.COM.', set('WWW.example.com.', 'A', ['192.0.2.1']));
    const reply = await udp(dns, query('wWw.ExAmPlE.cOm', 'A'));
    expect(shown(reply.answers)).toEqual(['wWw.ExAmPlE.cOm A 192.0.2.1']);
    expect(dns.queries()).toMatchObject([{ name: 'www.example.com', type: 'A', transport: 'udp' }]);
  });

  it('follows a CNAME into another zone and answers chain and target', async () => {
    putZone(data, 'Z1', 'example.com', set('_acme-challenge.example.com', 'CNAME', ['a.validation.net.']));
    putZone(
      data,
      'Z2',
      'validation.net',
      set('a.validation.net', 'CNAME', ['b.validation.net']),
      set('b.validation.net', 'TXT', ['"v"']),
    );
    const reply = await udp(dns, query('_acme-challenge.example.com', 'TXT'));
    expect(shown(reply.answers)).toEqual([
      '_acme-challenge.example.com CNAME a.validation.net',
      'a.validation.net CNAME b.validation.net',
      'b.validation.net TXT v',
    ]);
    expect(shown((await udp(dns, query('_acme-challenge.example.com', 'CNAME'))).answers)).toHaveLength(1);
  });

  it('ends a circle of CNAMEs', async () => {
    putZone(
      data,
      'Z1',
      'example.com',
      set('a.example.com', 'CNAME', ['b.example.com']),
      set('b.example.com', 'CNAME', ['a.example.com']),
    );
    expect((await tcp(dns, query('a.example.com', 'TXT')))[0]?.answers).toHaveLength(16);
  });

  it.each([
    ['a name that is not there', 'gone.example.com', 'TXT', 'NXDOMAIN', 'example.com SOA'],
    ['a type that is not there', 'www.example.com', 'TXT', 'NOERROR', 'example.com SOA'],
    ['a name with names under it only', 'deep.example.com', 'TXT', 'NOERROR', 'example.com SOA'],
    ['a name above every zone', 'com', 'TXT', 'NOERROR', '. SOA'],
    ['a name outside every zone', 'elsewhere.org', 'TXT', 'NXDOMAIN', '. SOA'],
    ['a CNAME that leads nowhere', 'alias.example.com', 'TXT', 'NXDOMAIN', 'example.com SOA'],
  ])('says what is missing: %s', async (_, name, type, rcode, authority) => {
    putZone(
      data,
      'Z1',
      'example.com',
      set('www.example.com', 'A', ['192.0.2.1']),
      set('x.deep.example.com', 'A', ['192.0.2.1']),
      set('alias.example.com', 'CNAME', ['gone.example.com']),
    );
    const reply = await udp(dns, query(name, type));
    expect(reply.rcode).toBe(rcode);
    expect(shown(reply.authorities)).toEqual([authority]);
  });

  it('answers SOA and NS of a zone, and refers to a delegated one', async () => {
    putZone(data, 'Z1', 'example.com', set('sub.example.com', 'NS', ['ns.other.net.']));
    expect(shown((await udp(dns, query('example.com', 'SOA'))).answers)).toEqual(['example.com SOA']);
    expect(shown((await udp(dns, query('example.com', 'NS'))).answers)).toEqual(['example.com NS ns-1.awsdns-1.com']);
    const reply = await udp(dns, query('www.sub.example.com', 'TXT'));
    expect(reply).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(shown(reply.authorities)).toEqual(['sub.example.com NS ns.other.net']);
  });

  it('asks the zone with the longest name', async () => {
    putZone(data, 'Z1', 'example.com', set('sub.example.com', 'NS', ['ns.other.net.']));
    putZone(data, 'Z2', 'sub.example.com', set('www.sub.example.com', 'TXT', ['"below"']));
    expect(shown((await udp(dns, query('www.sub.example.com', 'TXT'))).answers)).toEqual([
      'www.sub.example.com TXT below',
    ]);
  });

  it('answers by a wildcard, written with an octal escape, where no nearer name stands', async () => {
    putZone(
      data,
      'Z1',
      'example.com',
      set('\\052.example.com.', 'TXT', ['"any"']),
      set('own.example.com', 'A', ['192.0.2.1']),
    );
    expect(shown((await udp(dns, query('a.b.example.com', 'TXT'))).answers)).toEqual(['a.b.example.com TXT any']);
    expect((await udp(dns, query('own.example.com', 'TXT'))).answers).toEqual([]);
  });

  it('shows a change at once, and forgets a zone that was removed', async () => {
    putZone(data, 'Z1', 'example.com');
    const sets = set('t.example.com', 'TXT', ['"new"'], { setIdentifier: 'new' });
    data.apply('Z1', [{ key: sets, set: sets }]);
    expect((await udp(dns, query('t.example.com', 'TXT'))).answers).toHaveLength(1);
    data.apply('Z1', [{ key: sets, set: undefined }]);
    expect((await udp(dns, query('t.example.com', 'TXT'))).rcode).toBe('NXDOMAIN');
    data.removeZone('Z1');
    expect(shown((await udp(dns, query('example.com', 'SOA'))).authorities)).toEqual(['. SOA']);
  });
});
