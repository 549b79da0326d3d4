// Stands between the operator and the emulator's Secrets Manager: counts its calls, refuses them, or is not there. It must
// never keep a value.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `down`: connections are cut. */
export type RelayMode = 'through' | 'down';

export interface Relay {
  readonly endpoint: string;
  mode: RelayMode;
  /** Secrets (by name) whose reading IAM refuses. */
  readonly denied: Set<string>;
  /** GetSecretValue by secret's name, the refused ones too. */
  readonly calls: ReadonlyMap<string, number>;
  readonly stop: () => void;
}

const read = async (asked: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const DENIED = {
  __type: 'AccessDeniedException',
  Message:
    'User: arn:aws:sts::000000000000:assumed-role/reader/session is not authorized to perform: secretsmanager:GetSecretValue',
};

const pass = (upstream: string, asked: IncomingMessage, body: Buffer, response: ServerResponse): void => {
  const onward = request(
    new URL(asked.url ?? '/', upstream),
    { method: asked.method ?? 'POST', headers: asked.headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  onward.end(body);
};

/** Of a GetSecretValue. */
const secretOf = (asked: IncomingMessage, body: Buffer): string | undefined =>
  String(asked.headers['x-amz-target']).endsWith('.GetSecretValue')
    ? (JSON.parse(body.toString('utf8')) as { SecretId: string }).SecretId
    : undefined;

/** Starts it on a free port of the loopback. */
export async function startRelay(upstream: string): Promise<Relay> {
  const calls = new Map<string, number>();
  const relay = { mode: 'through' as RelayMode, denied: new Set<string>() };
  const server = createServer(async (asked, response) => {
    const body = await read(asked);
    const secret = secretOf(asked, body);
    if (secret !== undefined) calls.set(secret, (calls.get(secret) ?? 0) + 1);
    if (relay.mode === 'down') return void response.destroy();
    if (secret === undefined || !relay.denied.has(secret)) return pass(upstream, asked, body, response);
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(DENIED));
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(relay, {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  });
}
