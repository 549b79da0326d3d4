// The real CAs, Pebble and Caddy, beside our adapter: its requests counted, their look-ups answered by the local DNS.
// It must never know what a suite asks of them.
import { X509Certificate } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAcmeCa } from '#adapters/acme/acme-ca.ts';
import { startDns } from '#local/dns/server.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import type { RunningAuthority } from '#local/parts/authority.ts';
import { startCaddy } from '#local/parts/caddy.ts';
import { makeRunFolder } from '#local/parts/folders.ts';
import { installParts } from '#local/parts/install.ts';
import { type PebbleOptions, type RunningPebble, startPebble } from '#local/parts/pebble.ts';
import type { AcmeStage } from '#test/contracts/acme-ca.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ZONE = { id: 'Z1', name: 'example.org', recordSets: [] };
const reporter = ({ step, text }: { step: string; text: string }): void => console.log(`${step}: ${text}`);
let started = 0;

type StartedCa = RunningAuthority & Partial<Pick<RunningPebble, 'alternateRootPem' | 'managementUrl'>>;

/** With Pebble's own door, where there is one. */
export type RealStage = AcmeStage & { readonly managementUrl: string | undefined };

const stageOf = async (
  name: string,
  start: (options: { runFolder: string; dnsPort: number }) => Promise<StartedCa>,
): Promise<RealStage> => {
  started += 1;
  const runFolder = makeRunFolder({ root: ROOT, name: `${name}-${started}` });
  const data = new ZoneData();
  data.putZone(ZONE);
  const dns = await startDns({ data });
  const authority = await start({ runFolder, dnsPort: dns.port });
  let requests = 0;
  const onRequest = () => {
    requests += 1;
  };
  return {
    ca: createAcmeCa({ clock: { now: () => new Date() }, version: 'test', onRequest }),
    connection: { directoryUrl: authority.directoryUrl, caBundlePem: authority.caPem, skipTlsVerify: false },
    putTxt: ({ name: record, value }) => {
      const key = { name: record, type: 'TXT', setIdentifier: value };
      data.apply(ZONE.id, [{ key, set: { ...key, ttl: 10, values: [`"${value}"`] } }]);
    },
    requests: () => requests,
    managementUrl: authority.managementUrl,
    alternateRoot: async () => {
      const pem = await authority.alternateRootPem?.(1);
      return new X509Certificate(pem ?? '').subject.replace(/^CN=/, '');
    },
    stop: async () => {
      await authority.stop();
      await dns.stop();
      rmSync(runFolder, { recursive: true, force: true });
    },
  };
};

/** Pebble, strict, as hard as the options make it. */
export const pebbleStage = async (
  options: Omit<PebbleOptions, 'binary' | 'runFolder' | 'dnsPort'>,
): Promise<RealStage> => {
  const { pebble } = await installParts({ root: ROOT, hostEnv: process.env, reporter, need: ['pebble'] });
  return stageOf('pebble', (place) => startPebble({ ...options, ...place, binary: pebble! }));
};

export const caddyStage = async (): Promise<AcmeStage> => {
  const { python } = await installParts({ root: ROOT, hostEnv: process.env, reporter, need: ['caddy'] });
  return stageOf('caddy', (place) => startCaddy({ ...place, binary: join(python.bin, 'caddy') }));
};
