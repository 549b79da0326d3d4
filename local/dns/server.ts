// The local DNS on the wire: UDP and TCP on one loopback port (RFC 1035, RFC 7766). It must never know where zones come from.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Asked, type Exchange, respond } from './exchange.ts';
import type { ZoneData } from './zone-data.ts';

export interface LocalDns {
  address: '127.0.0.1';
  port: number;
  /** The last 20,000 questions, oldest first. */
  queries(): Asked[];
  stop(): Promise<void>;
}

const ADDRESS = '127.0.0.1';
const HISTORY = 20_000;
const TCP_IDLE_MS = 15_000;
const PORT_TRIES = 50;

/** Starts the DNS server over `data`, which may change at any time. */
export async function startDns(options: { data: ZoneData }): Promise<LocalDns> {
  const asked: Asked[] = [];
  let turn = 0;
  const exchange = (message: Buffer, transport: Asked['transport']): Buffer | undefined => {
    const seen: Exchange = respond({ data: options.data, message, transport, turn });
    turn += 1;
    if (seen.asked) asked.push(seen.asked);
    if (asked.length > 2 * HISTORY) asked.splice(0, HISTORY);
    return seen.reply;
  };
  const connections = new Set<Socket>();
  const { tcp, udp, port } = await bindBoth();
  serveUdp(udp, exchange);
  serveTcp(tcp, connections, exchange);
  return {
    address: ADDRESS,
    port,
    queries: () => asked.slice(-HISTORY),
    stop: async () => {
      for (const connection of connections) connection.destroy();
      await Promise.all([
        new Promise<void>((done) => udp.close(done)),
        new Promise<unknown>((done) => tcp.close(done)),
      ]);
    },
  };
}

type Answerer = (message: Buffer, transport: Asked['transport']) => Buffer | undefined;

/** One port that is free for TCP and for UDP. */
async function bindBoth(): Promise<{ tcp: Server; udp: UdpSocket; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const tcp = createServer();
    tcp.listen({ host: ADDRESS, port: 0, backlog: 511 });
    await once(tcp, 'listening');
    const { port } = tcp.address() as { port: number };
    const udp = createSocket('udp4');
    try {
      udp.bind({ address: ADDRESS, port, exclusive: true });
      await once(udp, 'listening');
      return { tcp, udp, port };
    } catch (cause) {
      tcp.close();
      udp.close();
      if (attempt >= PORT_TRIES) throw new Error('no port is free for both UDP and TCP', { cause });
    }
  }
}

function serveUdp(udp: UdpSocket, exchange: Answerer): void {
  udp.setRecvBufferSize(1 << 20);
  // A reply to a client that has gone comes back as an ICMP error: nobody waits for it.
  udp.on('error', () => undefined);
  udp.on('message', (message, from) => {
    const reply = exchange(message, 'udp');
    if (reply) udp.send(reply, from.port, from.address);
  });
}

function serveTcp(tcp: Server, connections: Set<Socket>, exchange: Answerer): void {
  tcp.on('connection', (socket) => {
    connections.add(socket);
    let waiting: Buffer = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => connections.delete(socket));
    socket.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const end = 2 + waiting.readUInt16BE(0);
        const reply = exchange(waiting.subarray(2, end), 'tcp');
        waiting = waiting.subarray(end);
        if (!reply) return void socket.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([length, reply]));
      }
    });
  });
}
