// What a certificate is good for in TLS, and a handshake that shows it on a loopback socket. It must never trust more than
// the anchors it is given.
import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  createServer,
  type Server,
  type TlsOptions,
} from 'node:tls';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  BasicConstraints,
  Certificate,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  KeyUsage,
  KeyUsageFlags,
} from '@peculiar/asn1-x509';
import { makeLocalhostCertificate } from '../parts/localhost-certificate.ts';
import { alternativeNameTexts, commonNamesOf } from './names.ts';

/** `none`: a CA, or a kind that TLS has no place for. */
export type Purpose = 'server' | 'client' | 'none';

export interface Presented {
  /** Leaf first, PEM. */
  readonly chainPem: string;
  readonly keyPem: string;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const ANY = '2.5.29.37.0';

/** A label that any client may ask for: below a wildcard, any. */
const servedName = (name: string): string => name.replace(/^\*\./, 'any.');

const afterColon = (text: string): string => text.slice(text.indexOf(':') + 1);

const isHostName = (text: string): boolean => /^(\*\.)?([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}$/i.test(text);

/** The names that a client can ask a server for: host names and addresses; without any alternative name the common name. */
export const servedNames = (leaf: X509Certificate): readonly string[] => {
  const names = alternativeNameTexts(leaf);
  if (names.length === 0) return commonNamesOf(leaf).filter(isHostName);
  return names.filter((text) => /^(dns|ip):/.test(text)).map(afterColon);
};

const read = <T>(leaf: X509Certificate, oid: string, type: new () => T): T | undefined => {
  const { extensions } = AsnConvert.parse(leaf.raw, Certificate).tbsCertificate;
  const found = [...(extensions ?? [])].find(({ extnID }) => extnID === oid);
  return found === undefined ? undefined : AsnConvert.parse(found.extnValue.buffer, type);
};

/** TLS 1.3 only signs: a key usage that does not allow it is for no handshake of ours (RFC 8446 section 4.4.2.2). */
const maySign = (leaf: X509Certificate): boolean => {
  const usage = read(leaf, id_ce_keyUsage, KeyUsage);
  return usage === undefined || (usage.toNumber() & KeyUsageFlags.digitalSignature) !== 0;
};

/** What this leaf can do, a server before a client. */
export const purposeOf = (leaf: X509Certificate): Purpose => {
  if (read(leaf, id_ce_basicConstraints, BasicConstraints)?.cA === true || !maySign(leaf)) return 'none';
  // Node names the extended usages `keyUsage`; without the extension anything goes.
  const extended: readonly string[] | undefined = leaf.keyUsage;
  const may = (usage: string): boolean =>
    extended === undefined || extended.length === 0 || extended.includes(usage) || extended.includes(ANY);
  if (may(SERVER_AUTH) && servedNames(leaf).length > 0) return 'server';
  return may(CLIENT_AUTH) ? 'client' : 'none';
};

const listening = async (options: TlsOptions): Promise<{ server: Server; port: number }> => {
  const server = createServer(options);
  server.on('tlsClientError', () => undefined);
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
};

/**
 * One client; true where both sides are content. A server that wants another certificate ends after the client's part of
 * the handshake: its first byte is awaited.
 */
const isAccepted = async (options: ConnectionOptions): Promise<boolean> => {
  const socket = connect({ ...options, host: '127.0.0.1', minVersion: 'TLSv1.2', timeout: HANDSHAKE_TIMEOUT_MS });
  const accepted = await new Promise<boolean>((resolve) => {
    socket.once('data', () => resolve(socket.authorized));
    // What was not accepted: an unknown root, a wrong name, an end that has passed.
    for (const end of ['error', 'close', 'timeout']) socket.once(end, () => resolve(false));
  });
  socket.destroy();
  return accepted;
};

const greeting = (server: Server): Server =>
  server.on('secureConnection', (socket) => socket.end('.').on('error', () => undefined));

/** Served on a loopback socket, and verified by a client for every name. */
export const serves = async (
  presented: Presented,
  names: readonly string[],
  roots: readonly string[],
): Promise<boolean> => {
  const { server, port } = await listening({ cert: presented.chainPem, key: presented.keyPem });
  greeting(server);
  try {
    for (const name of names) {
      const asked = servedName(name);
      const identity: ConnectionOptions =
        isIP(asked) === 0
          ? { servername: asked }
          : { servername: '', checkServerIdentity: (_, certificate) => checkServerIdentity(asked, certificate) };
      if (!(await isAccepted({ ...identity, port, ca: [...roots] }))) return false;
    }
    return true;
  } finally {
    server.close();
  }
};

/** Presented by a client to a server that demands a certificate under these roots; the server is a throw-away of our own. */
export const isTakenOfClient = async (presented: Presented, roots: readonly string[], now: Date): Promise<boolean> => {
  const own = await makeLocalhostCertificate(now);
  const { server, port } = await listening({
    cert: own.certificatePem,
    key: own.privateKeyPem,
    requestCert: true,
    rejectUnauthorized: true,
    ca: [...roots],
  });
  greeting(server);
  try {
    const client = { cert: presented.chainPem, key: presented.keyPem, servername: 'localhost', ca: own.caPem, port };
    return await isAccepted(client);
  } finally {
    server.close();
  }
};
