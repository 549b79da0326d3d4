// Mutual TLS between two certificates on a loopback socket, and a stranger who looks like one of them.
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { keyPem, makeAuthority, makeKeys, signLeaf } from '#test/support/signing.ts';

export interface Side {
  readonly chainPem: string;
  readonly keyPem: string;
  /** PEM of what it trusts in the other. */
  readonly trusts: string;
}

/** Both sides are content: a byte of each has reached the other. */
export const areContent = async (server: Side, client: Side, name: string): Promise<boolean> => {
  const listener = createServer({
    cert: server.chainPem,
    key: server.keyPem,
    ca: server.trusts,
    requestCert: true,
    rejectUnauthorized: true,
  });
  listener.on('tlsClientError', () => undefined);
  listener.on('secureConnection', (socket) => socket.on('error', () => undefined).end('.'));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername: name,
    cert: client.chainPem,
    key: client.keyPem,
    ca: client.trusts,
  });
  const content = await new Promise<boolean>((resolve) => {
    socket.once('data', () => resolve(socket.authorized));
    for (const end of ['error', 'close']) socket.once(end, () => resolve(false));
  });
  socket.destroy();
  listener.close();
  return content;
};

/** Server and client usages for one name, from a CA that nobody here trusts, though it bears the name of one who is. */
export const stranger = async (name: string, caName: string): Promise<Pick<Side, 'chainPem' | 'keyPem'>> => {
  const issuer = await makeAuthority(caName);
  const keys = await makeKeys();
  const chainPem = await signLeaf({
    keys,
    issuer,
    names: [{ type: 'dns', value: name }],
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    isCa: false,
    usages: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
  });
  return { chainPem, keyPem: (await keyPem(keys)).open() };
};
