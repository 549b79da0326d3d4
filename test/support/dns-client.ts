// A small DNS client and the zones of its tests.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Answer, type DecodedPacket, decode, encode, type RecordType } from 'dns-packet';
import type { LocalDns } from '#local/dns/server.ts';
import type { RecordSet, ZoneData } from '#local/dns/zone-data.ts';

const SOA = 'ns-1.awsdns-1.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400';

export const set = (name: string, type: string, values: string[], more: Partial<RecordSet> = {}): RecordSet => ({
  name,
  type,
  ttl: 60,
  values,
  ...more,
});

/** Puts a zone with SOA, NS and these sets. */
export const putZone = (data: ZoneData, id: string, name: string, ...recordSets: RecordSet[]): void =>
  data.putZone({
    id,
    name,
    recordSets: [set(name, 'SOA', [SOA]), set(name, 'NS', ['ns-1.awsdns-1.com.']), ...recordSets],
  });

/** A query message. */
export const query = (name: string, type: string, more: { id?: number; udpPayloadSize?: number } = {}): Buffer =>
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

/** Asks once by UDP. */
export async function udp(dns: LocalDns, message: Buffer): Promise<DecodedPacket & { rcode?: string }> {
  const socket = createSocket('udp4');
  socket.send(message, dns.port, dns.address);
  const [reply] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return decode(reply);
}

/** Asks all over one TCP connection. */
export async function tcp(dns: LocalDns, ...messages: Buffer[]): Promise<(DecodedPacket & { rcode?: string })[]> {
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

/** Records as `name type data`. */
export const shown = (answers: readonly Answer[] | undefined): string[] =>
  (answers ?? []).map((one) => {
    if (one.type === 'TXT') return `${one.name} TXT ${([one.data].flat() as Buffer[]).join('|')}`;
    if (one.type === 'SOA') return `${one.name} SOA`;
    return `${one.name} ${one.type} ${'data' in one ? one.data : ''}`;
  });
