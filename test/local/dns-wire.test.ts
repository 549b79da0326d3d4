// The local DNS on the wire: sizes, garbage, many at once.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type DecodedPacket, decode, encode } from 'dns-packet';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { respond } from '#local/dns/exchange.ts';
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

describe('the local DNS on the wire', () => {
  it('sets TC on a long answer by UDP, sends it whole by TCP or to who can take it', async () => {
    const long = `"${'a'.repeat(255)}" "${'b'.repeat(255)}" "${'c'.repeat(100)}"`;
    putZone(data, 'Z1', 'example.com', set('long.example.com', 'TXT', [long]));
    expect(await udp(dns, query('long.example.com', 'TXT'))).toMatchObject({
      flag_tc: true,
      answers: [],
      rcode: 'NOERROR',
    });
    const whole = [
      await udp(dns, query('long.example.com', 'TXT', { udpPayloadSize: 1232 })),
      ...(await tcp(dns, query('long.example.com', 'TXT'))),
    ];
    for (const reply of whole) {
      expect(reply.flag_tc).toBe(false);
      expect(shown(reply.answers)).toEqual([
        `long.example.com TXT ${'a'.repeat(255)}|${'b'.repeat(255)}|${'c'.repeat(100)}`,
      ]);
    }
  });

  it('outlives garbage, answers, and other opcodes', async () => {
    putZone(data, 'Z1', 'example.com');
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
    expect((await udp(dns, query('example.com', 'SOA'))).rcode).toBe('NOERROR');
  });

  it('serves five hundred questions at once', async () => {
    putZone(
      data,
      'Z1',
      'example.com',
      ...Array.from({ length: 500 }, (_, index) => set(`n${index}.example.com`, 'TXT', [`"v${index}"`])),
    );
    const replies = await Promise.all(
      Array.from({ length: 500 }, (_, index) => tcp(dns, query(`n${index}.example.com`, 'TXT'))),
    );
    expect(replies.flatMap(([reply]) => shown(reply?.answers))).toEqual(
      Array.from({ length: 500 }, (_, index) => `n${index}.example.com TXT v${index}`),
    );
  });

  it('never throws on any message', () => {
    putZone(data, 'Z1', 'example.com');
    const header = Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, isHeaded) => {
        const message = Buffer.concat(isHeaded ? [header, bytes] : [bytes]);
        const { reply } = respond({ data, message, transport: 'udp', turn: 0 });
        expect(reply === undefined || reply.length >= 12).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
