// Real ACME CAs as issuers of the journey: Pebble, and Caddy as a second CA. The world's Route53 is mirrored into a DNS
// server that they ask.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAcmeCa } from '#adapters/acme/acme-ca.ts';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { acmeIssuer } from '#core/acme/issuer.ts';
import type { JourneyPorts } from '#core/journey/ports.ts';
import type { DnsProvider } from '#core/ports.ts';
import { noPreflight } from '#core/preflight/preflight.ts';
import { startDns } from '#local/dns/server.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import type { RunningAuthority } from '#local/parts/authority.ts';
import { startCaddy } from '#local/parts/caddy.ts';
import { makeRunFolder } from '#local/parts/folders.ts';
import { installParts } from '#local/parts/install.ts';
import { startPebble } from '#local/parts/pebble.ts';
import type { World } from '#test/support/world.ts';
import type { IssuerStage } from '../stage.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const reporter = ({ step, text }: { step: string; text: string }): void => console.error(`${step}: ${text}`);
/** Free of limits: a suite orders more in a minute than the figures of Let's Encrypt allow. */
const QUOTAS = {
  route53PerSecond: 1_000,
  secretsWritesPerSecond: 1_000,
  zoneChangesPerSecond: 1_000,
  privateCaIssuesPerSecond: 1_000,
};
const SETTINGS = { prefix: 'evercert', clusterResourceNamespace: 'cert-manager', quotas: QUOTAS };

/** The world's zones, and every change of them, also where a real CA looks. */
const mirrored = (provider: DnsProvider, data: ZoneData): DnsProvider => ({
  zoneFor: (request) => provider.zoneFor(request),
  isSettled: (request) => provider.isSettled(request),
  change: async (request) => {
    const change = await provider.change(request);
    const { zone, kind, records } = request;
    for (const { name, value } of records) {
      const key = { name, type: 'TXT', setIdentifier: value };
      data.apply(zone.id, [{ key, set: kind === 'delete' ? undefined : { ...key, ttl: 10, values: [`"${value}"`] } }]);
    }
    return change;
  },
});

const issuersOf = (w: World, data: ZoneData): JourneyPorts => {
  const ports = w.compose();
  const clock = { now: () => new Date() };
  const acme = acmeIssuer(
    {
      ca: createAcmeCa({ clock, version: 'test' }),
      accounts: w.ledger.accountBook,
      references: w.secrets.references,
      keys: nodeKeys,
      random: ports.random,
      clock,
      log: ports.log,
      dns: mirrored(w.route53.provider, data),
      lookup: { cname: async () => undefined },
      txt: w.ledger.txtBook,
      preflight: noPreflight,
      limits: w.ledger.limits,
    },
    SETTINGS,
  );
  return { ...ports, issuers: { ...ports.issuers, acme } };
};

const issuerText = ({ directoryUrl, caPem }: RunningAuthority, profile: string | undefined): string => `---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: acme
spec:
  acme:
    server: ${directoryUrl}
    email: ops@example.com
    caBundle: ${Buffer.from(caPem).toString('base64')}
${profile === undefined ? '' : `    profile: ${profile}\n`}    privateKeySecretRef: { name: account }
    solvers: [{ dns01: { route53: {} } }]
`;

const stageOf = async (
  name: string,
  start: (place: { runFolder: string; dnsPort: number }) => Promise<RunningAuthority>,
  profile?: string,
): Promise<IssuerStage> => {
  const runFolder = makeRunFolder({ root: ROOT, name: `issuers-${name}` });
  const data = new ZoneData();
  data.putZone({ id: 'Z1COM', name: 'example.com', recordSets: [] });
  data.putZone({ id: 'Z2ORG', name: 'example.org', recordSets: [] });
  const dns = await startDns({ data });
  const authority = await start({ runFolder, dnsPort: dns.port });
  return {
    declarations: issuerText(authority, profile),
    issuerRef: '{ name: acme, kind: ClusterIssuer }',
    ports: (w) => issuersOf(w, data),
    // Caddy answers 500 to some of many orders at once: its database refuses transactions that meet.
    atOnce: name === 'caddy' ? 1 : 8,
    roots: async () => [await authority.rootPem()],
    stop: async () => {
      await authority.stop();
      await dns.stop();
      rmSync(runFolder, { recursive: true, force: true });
    },
  };
};

export const pebble = async (): Promise<IssuerStage> => {
  const installed = await installParts({ root: ROOT, hostEnv: process.env, reporter, need: ['pebble'] });
  const start = (place: { runFolder: string; dnsPort: number }) => startPebble({ ...place, binary: installed.pebble! });
  return stageOf('pebble', start, 'classic');
};

export const caddy = async (): Promise<IssuerStage> => {
  const { python } = await installParts({ root: ROOT, hostEnv: process.env, reporter, need: ['caddy'] });
  return stageOf('caddy', (place) => startCaddy({ ...place, binary: join(python.bin, 'caddy') }));
};
