// One DNS message in, one out: decoding, size limits, truncation. It must never know about sockets.
import { type Answer, AUTHORITATIVE_ANSWER, type DecodedPacket, decode, encode, RECURSION_AVAILABLE } from 'dns-packet';
import { answer, type Reply } from './answer.ts';
import type { ZoneData } from './zone-data.ts';

/** One question that was asked. `name` in lower case. */
export interface Asked {
  name: string;
  type: string;
  transport: 'udp' | 'tcp';
  at: Date;
}

export interface Exchange {
  asked?: Asked;
  /** Undefined: the message deserves no answer. */
  reply: Buffer | undefined;
}

const HEADER_BYTES = 12;
const PLAIN_UDP_BYTES = 512;
const OUR_UDP_BYTES = 4096;
const TRUNCATED = 1 << 9;
const RECURSION_DESIRED = 1 << 8;
const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4 } as const;

/** Answers one message; garbage gets FORMERR, or nothing where even the header is missing or it is itself an answer. */
export function respond(input: {
  data: ZoneData;
  message: Buffer;
  transport: Asked['transport'];
  turn: number;
}): Exchange {
  const { message } = input;
  if (message.length < HEADER_BYTES || ((message[2] ?? 0) & 0x80) !== 0) return { reply: undefined };
  const query = decoded(message);
  const question = query?.questions?.[0];
  if (!query || !question || query.questions?.length !== 1) return { reply: bare(message, RCODES.FORMERR) };
  if (((message[2] ?? 0) & 0x78) !== 0) return { reply: bare(message, RCODES.NOTIMP) };
  const name = question.name.toLowerCase();
  const asked: Asked = { name, type: question.type, transport: input.transport, at: new Date() };
  try {
    return { asked, reply: packed(query, answer(input.data, question, input.turn), input.transport) };
  } catch {
    return { asked, reply: bare(message, RCODES.SERVFAIL) };
  }
}

/** Undefined where the bytes are no DNS message. */
function decoded(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

/** A header alone: the query's id and an rcode. */
function bare(message: Buffer, rcode: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  message.copy(header, 0, 0, 2);
  header[2] = 0x80 | ((message[2] ?? 0) & 0x79);
  header[3] = 0x80 | rcode;
  return header;
}

function packed(query: DecodedPacket, reply: Reply, transport: Asked['transport']): Buffer {
  const edns = query.additionals?.find((record) => record.type === 'OPT');
  const flags =
    AUTHORITATIVE_ANSWER |
    RECURSION_AVAILABLE |
    ((query.flags ?? 0) & RECURSION_DESIRED) |
    RCODES[reply.rcode as keyof typeof RCODES];
  const frame = {
    id: query.id ?? 0,
    type: 'response' as const,
    questions: query.questions ?? [],
    additionals: edns ? [opt()] : [],
  };
  const whole = encode({ ...frame, flags, answers: reply.answers, authorities: reply.authorities });
  const limit = edns && 'udpPayloadSize' in edns ? Math.max(PLAIN_UDP_BYTES, edns.udpPayloadSize) : PLAIN_UDP_BYTES;
  if (transport === 'tcp' || whole.length <= Math.min(limit, OUR_UDP_BYTES)) return whole;
  return encode({ ...frame, flags: flags | TRUNCATED });
}

const opt = (): Answer => ({
  name: '.',
  type: 'OPT',
  udpPayloadSize: OUR_UDP_BYTES,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
});
