// A stored pair put to use: a TLS server on loopback and a client that verifies everything. It must never trust anything
// but the root that it is given.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export interface Pair {
  readonly chainPem: string;
  readonly keyPem: string;
}

export const certificatesOf = (chainPem: string): X509Certificate[] =>
  (chainPem.match(PEM) ?? []).map((pem) => new X509Certificate(pem));

/** True where each certificate is signed by the next and the last one by the root. */
export const leadsTo = (chainPem: string, rootPem: string): boolean => {
  const chain = [...certificatesOf(chainPem), new X509Certificate(rootPem)];
  return chain.slice(0, -1).every((one, index) => {
    const issuer = chain[index + 1]!;
    return one.checkIssued(issuer) && one.verify(issuer.publicKey);
  });
};

/** Names of the leaf, sorted. */
export const namesOf = (chainPem: string): string[] =>
  (certificatesOf(chainPem)[0]?.subjectAltName ?? '')
    .split(', ')
    .map((name) => name.replace(/^DNS:/, ''))
    .sort();

/** Serves the pair and connects to each name with full verification; gives the fingerprint (hex) that the client saw. */
export const handshake = async (pair: Pair, rootPem: string, servername: string): Promise<string> => {
  const server = createServer({ cert: pair.chainPem, key: pair.keyPem }, (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client: TLSSocket = connect({ host: '127.0.0.1', port, servername, ca: rootPem, minVersion: 'TLSv1.2' });
  try {
    await once(client, 'secureConnect');
    return client.getPeerX509Certificate()!.fingerprint256.replaceAll(':', '').toLowerCase();
  } finally {
    client.destroy();
    server.close();
  }
};
