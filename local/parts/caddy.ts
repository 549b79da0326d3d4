// Caddy as a second ACME CA, by other authors than Pebble's. It must never know what is ordered from it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningAuthority } from './authority.ts';
import { answers, freePort } from './network.ts';
import { startServer } from './process.ts';

export interface CaddyOptions {
  /** Caddy's binary, `<python environment>/bin/caddy`. */
  readonly binary: string;
  /** An own folder: Caddyfile, storage, log. */
  readonly runFolder: string;
  /** Validation asks this name server, by UDP, on 127.0.0.1. */
  readonly dnsPort: number;
  /** Lifetime of what it issues, hours; default 24. Its intermediate lives seven days. */
  readonly lifetimeHours?: number;
}

/** The Caddyfile: an ACME server with DNS-01 on a loopback site whose TLS certificate the same authority signs. */
export function caddyfile({ options, port }: { options: CaddyOptions; port: number }): string {
  return `{
  admin off
  skip_install_trust
  auto_https disable_redirects
  persist_config off
  default_bind 127.0.0.1
  storage file_system ${JSON.stringify(join(options.runFolder, 'storage'))}
}
https://localhost:${port} {
  tls internal
  acme_server {
    ca local
    lifetime ${options.lifetimeHours ?? 24}h
    resolvers 127.0.0.1:${options.dnsPort}
    challenges dns-01
    allow_wildcard_names
  }
}
`;
}

/** Starts Caddy and resolves when its directory answers. It trusts itself: `caPem` and `rootPem()` are one root. */
export async function startCaddy(options: CaddyOptions): Promise<RunningAuthority> {
  const { runFolder, binary } = options;
  mkdirSync(join(runFolder, 'home'), { recursive: true });
  const port = await freePort();
  const file = join(runFolder, 'Caddyfile');
  writeFileSync(file, caddyfile({ options, port }));
  const rootFile = join(runFolder, 'storage', 'pki', 'authorities', 'local', 'root.crt');
  const directoryUrl = `https://localhost:${port}/acme/local/directory`;
  const root = (): string => readFileSync(rootFile, 'utf8');
  const child = await startServer({
    name: 'Caddy',
    command: binary,
    args: ['run', '--config', file, '--adapter', 'caddyfile'],
    env: { PATH: '/usr/bin:/bin', HOME: join(runFolder, 'home') },
    cwd: runFolder,
    logFile: join(runFolder, 'caddy.log'),
    healthy: async () => existsSync(rootFile) && (await answers({ url: directoryUrl, ca: root() })),
    deadlineMs: 30_000,
  });
  return { directoryUrl, caPem: root(), pid: child.pid, rootPem: async () => root(), stop: child.stop };
}
