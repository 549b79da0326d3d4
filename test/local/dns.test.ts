// The local DNS on real loopback sockets: what a validating CA sees.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Answer, type DecodedPacket, decode, encode, type RecordType } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalDns, startDns } from '#local/dns/server.ts';
import { type RecordSet, ZoneData } from '#local/dns/zone-data.ts';

const SOA = 'ns-1.awsdns-1.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400';
let data: ZoneData;
let dns: LocalDns;

beforeEach(async () => {
  data = new ZoneData();
  dns = await startDns({ data });
});
afterEach(() => dns.stop());

const set = (name: string, type: string, values: string[], more: Partial<RecordSet> = {}): RecordSet => ({
  name,
  type,
  ttl: 60,
  values,
  ...more,
});
const zone = (id: string, name: string, ...recordSets: RecordSet[]): void =>
  data.putZone({
    id,
    name,
    recordSets: [set(name, 'SOA', [SOA]), set(name, 'NS', ['ns-1.awsdns-1.com.']), ...recordSets],
  });

const query = (name: string, type: string, more: { id?: number; udpPayloadSize?: number } = {}): Buffer =>
  encode({
    type: 'query',
    id: more.id ?? 7,
    flags: 256,
    questions: [{ name, type: type as RecordType }],
    additionals: more.udpPayloadSize
      ? [
          {
            name: '.',
            type: 'OPT',
            udpPayloadSize: more.udpPayloadSize,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [],
  });

async function udp(message: Buffer): Promise<DecodedPacket & { rcode?: string }> {
  const socket = createSocket('udp4');
  socket.send(message, dns.port, dns.address);
  const [reply] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return decode(reply);
}

async function tcp(...messages: Buffer[]): Promise<(DecodedPacket & { rcode?: string })[]> {
  const socket = connect(dns.port, dns.address);
  for (const message of messages) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    socket.write(Buffer.concat([length, message]));
  }
  const replies: DecodedPacket[] = [];
  let waiting = Buffer.alloc(0);
  for await (const chunk of socket) {
    waiting = Buffer.concat([waiting, chunk as Buffer]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      replies.push(decode(waiting.subarray(2, end)));
      waiting = waiting.subarray(end);
    }
    if (replies.length === messages.length) break;
  }
  return replies;
}

const shown = (answers: readonly Answer[] | undefined): string[] =>
  (answers ?? []).map((one) => {
    if (one.type === 'TXT') return `${one.name} TXT ${([one.data].flat() as Buffer[]).join('|')}`;
    if (one.type === 'SOA') return `${one.name} SOA`;
    return `${one.name} ${one.type} ${'data' in one ? one.data : ''}`;
  });

describe('the local DNS', () => {
  it('answers every value of the multivalue sets of one name, by UDP and by TCP', async () => {
    zone(
      'Z1',
      'example.com.',
      ...['one', 'two'].map((value) =>
        set('_acme-challenge.example.com.', 'TXT', [`"${value}"`], { setIdentifier: value }),
      ),
    );
    const both = [
      await udp(query('_acme-challenge.example.com', 'TXT')),
      ...(await tcp(query('_acme-challenge.example.com', 'TXT'))),
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
    zone(
      'Z1',
      'example.com',
      ...values.map((value) => set('t.example.com', 'TXT', [`"${value}"`], { setIdentifier: value })),
    );
    const replies = await tcp(...values.map(() => query('t.example.com', 'TXT')));
    expect(replies.map((reply) => reply.answers?.length)).toEqual([8, 8, 8, 8, 8, 8, 8, 8, 8]);
    expect(new Set(replies.flatMap((reply) => shown(reply.answers))).size).toBe(9);
  });

  it('compares names without regard to case and keeps the case of the question', async () => {
    zone('Z1', 'Example.COM.', set('WWW.example.com.', 'A', ['192.0.2.1']));
    const reply = await udp(query('wWw.ExAmPlE.cOm', 'A'));
    expect(shown(reply.answers)).toEqual(['wWw.ExAmPlE.cOm A 192.0.2.1']);
    expect(dns.queries()).toMatchObject([{ name: 'www.example.com', type: 'A', transport: 'udp' }]);
  });

  it('follows a CNAME into another zone and answers chain and target', async () => {
    zone('Z1', 'example.com', set('_acme-challenge.example.com', 'CNAME', ['a.validation.net.']));
    zone(
      'Z2',
      'validation.net',
      set('a.validation.net', 'CNAME', ['b.validation.net']),
      set('b.validation.net', 'TXT', ['"v"']),
    );
    const reply = await udp(query('_acme-challenge.example.com', 'TXT'));
    expect(shown(reply.answers)).toEqual([
      '_acme-challenge.example.com CNAME a.validation.net',
      'a.validation.net CNAME b.validation.net',
      'b.validation.net TXT v',
    ]);
    expect(shown((await udp(query('_acme-challenge.example.com', 'CNAME'))).answers)).toHaveLength(1);
  });

  it('ends a circle of CNAMEs', async () => {
    zone(
      'Z1',
      'example.com',
      set('a.example.com', 'CNAME', ['b.example.com']),
      set('b.example.com', 'CNAME', ['a.example.com']),
    );
    expect((await tcp(query('a.example.com', 'TXT')))[0]?.answers).toHaveLength(16);
  });

  it.each([
    ['a name that is not there', 'gone.example.com', 'TXT', 'NXDOMAIN', 'example.com SOA'],
    ['a type that is not there', 'www.example.com', 'TXT', 'NOERROR', 'example.com SOA'],
    ['a name with names under it only', 'deep.example.com', 'TXT', 'NOERROR', 'example.com SOA'],
    ['a name above every zone', 'com', 'TXT', 'NOERROR', '. SOA'],
    ['a name outside every zone', 'elsewhere.org', 'TXT', 'NXDOMAIN', '. SOA'],
    ['a CNAME that leads nowhere', 'alias.example.com', 'TXT', 'NXDOMAIN', 'example.com SOA'],
  ])('says what is missing: %s', async (_, name, type, rcode, authority) => {
    zone(
      'Z1',
      'example.com',
      set('www.example.com', 'A', ['192.0.2.1']),
      set('x.deep.example.com', 'A', ['192.0.2.1']),
      set('alias.example.com', 'CNAME', ['gone.example.com']),
    );
    const reply = await udp(query(name, type));
    expect(reply.rcode).toBe(rcode);
    expect(shown(reply.authorities)).toEqual([authority]);
  });

  it('answers SOA and NS of a zone, and refers to a delegated one', async () => {
    zone('Z1', 'example.com', set('sub.example.com', 'NS', ['ns.other.net.']));
    expect(shown((await udp(query('example.com', 'SOA'))).answers)).toEqual(['example.com SOA']);
    expect(shown((await udp(query('example.com', 'NS'))).answers)).toEqual(['example.com NS ns-1.awsdns-1.com']);
    const reply = await udp(query('www.sub.example.com', 'TXT'));
    expect(reply).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(shown(reply.authorities)).toEqual(['sub.example.com NS ns.other.net']);
  });

  it('asks the zone with the longest name', async () => {
    zone('Z1', 'example.com', set('sub.example.com', 'NS', ['ns.other.net.']));
    zone('Z2', 'sub.example.com', set('www.sub.example.com', 'TXT', ['"below"']));
    expect(shown((await udp(query('www.sub.example.com', 'TXT'))).answers)).toEqual(['www.sub.example.com TXT below']);
  });

  it('answers by a wildcard, written with an octal escape, where no nearer name stands', async () => {
    zone('Z1', 'example.com', set('\\052.example.com.', 'TXT', ['"any"']), set('own.example.com', 'A', ['192.0.2.1']));
    expect(shown((await udp(query('a.b.example.com', 'TXT'))).answers)).toEqual(['a.b.example.com TXT any']);
    expect((await udp(query('own.example.com', 'TXT'))).answers).toEqual([]);
  });

  it('sets TC on a long answer by UDP, sends it whole by TCP or to who can take it', async () => {
    const long = `"${'a'.repeat(255)}" "${'b'.repeat(255)}" "${'c'.repeat(100)}"`;
    zone('Z1', 'example.com', set('long.example.com', 'TXT', [long]));
    expect(await udp(query('long.example.com', 'TXT'))).toMatchObject({ flag_tc: true, answers: [], rcode: 'NOERROR' });
    const whole = [
      await udp(query('long.example.com', 'TXT', { udpPayloadSize: 1232 })),
      ...(await tcp(query('long.example.com', 'TXT'))),
    ];
    for (const reply of whole) {
      expect(reply.flag_tc).toBe(false);
      expect(shown(reply.answers)).toEqual([
        `long.example.com TXT ${'a'.repeat(255)}|${'b'.repeat(255)}|${'c'.repeat(100)}`,
      ]);
    }
  });

  it('shows a change at once, and forgets a zone that was removed', async () => {
    zone('Z1', 'example.com');
    const sets = set('t.example.com', 'TXT', ['"new"'], { setIdentifier: 'new' });
    data.apply('Z1', [{ key: sets, set: sets }]);
    expect((await udp(query('t.example.com', 'TXT'))).answers).toHaveLength(1);
    data.apply('Z1', [{ key: sets, set: undefined }]);
    expect((await udp(query('t.example.com', 'TXT'))).rcode).toBe('NXDOMAIN');
    data.removeZone('Z1');
    expect(shown((await udp(query('example.com', 'SOA'))).authorities)).toEqual(['. SOA']);
  });

  it('outlives garbage, answers, and other opcodes', async () => {
    zone('Z1', 'example.com');
    const socket = createSocket('udp4');
    const ask = async (message: Buffer): Promise<DecodedPacket & { rcode?: string }> => {
      socket.send(message, dns.port, dns.address);
      return decode(((await once(socket, 'message')) as [Buffer])[0]);
    };
    socket.send(Buffer.from('x'), dns.port, dns.address);
    socket.send(encode({ type: 'response', id: 3, answers: [] }), dns.port, dns.address);
    expect(await ask(Buffer.concat([Buffer.from([0, 9, 1, 0, 0, 1]), Buffer.alloc(60, 0xc1)]))).toMatchObject({
      id: 9,
      rcode: 'FORMERR',
    });
    const status = query('example.com', 'A', { id: 11 });
    status[2] = 0x10;
    expect(await ask(status)).toMatchObject({ id: 11, rcode: 'NOTIMP' });
    socket.close();
    const broken = connect(dns.port, dns.address);
    broken.end(Buffer.concat([Buffer.from([0xff, 0xff]), Buffer.alloc(30, 0xee)]));
    await once(broken.resume(), 'close');
    expect((await udp(query('example.com', 'SOA'))).rcode).toBe('NOERROR');
  });

  it('serves five hundred questions at once', async () => {
    zone(
      'Z1',
      'example.com',
      ...Array.from({ length: 500 }, (_, index) => set(`n${index}.example.com`, 'TXT', [`"v${index}"`])),
    );
    const replies = await Promise.all(
      Array.from({ length: 500 }, (_, index) => tcp(query(`n${index}.example.com`, 'TXT'))),
    );
    expect(replies.flatMap(([reply]) => shown(reply?.answers))).toEqual(
      Array.from({ length: 500 }, (_, index) => `n${index}.example.com TXT v${index}`),
    );
  });
});
