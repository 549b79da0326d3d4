// A workload as docs/eks.md advises it: it serves from mounted files, watches their directory and takes the new pair for
// new connections. It must never know who writes the files.
import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface TlsServer {
  readonly port: number;
  readonly stop: () => void;
}

/** Serves `folder`'s tls.crt and tls.key; a directory mount, since a subPath is never refreshed. */
export async function serveFrom(folder: string): Promise<TlsServer> {
  const pair = () => ({ cert: readFileSync(join(folder, 'tls.crt')), key: readFileSync(join(folder, 'tls.key')) });
  const server = createServer({ ...pair(), keepAliveTimeout: 60_000 }, (_request, response) => response.end('served'));
  const watcher = watch(folder, (_event, name) => {
    if (name === '..data') server.setSecureContext(pair());
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      watcher.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
