// A second Pebble beside the cloud's own, with other habits, for some issuers. It must never know what they order.
import { join } from 'node:path';
import type { Cloud, CloudOptions } from '#local/cloud/options.ts';
import type { LocalCa } from '#local/declarations/localise.ts';
import { installParts } from '#local/parts/install.ts';
import { PROFILES, type RunningPebble, startPebble } from '#local/parts/pebble.ts';

/** One that uses every valid authorization again, and refuses nonces as the first one does. */
export const startReusing = async (
  cloud: Cloud,
  host: Pick<CloudOptions, 'root' | 'hostEnv' | 'reporter'>,
): Promise<RunningPebble> => {
  const { pebble: binary } = await installParts({ ...host, need: ['pebble'] });
  const options = { binary: binary!, runFolder: join(cloud.runFolder, 'reusing'), dnsPort: cloud.dns.port };
  return startPebble({ ...options, authorizationReusePercent: 100, nonceRejectPercent: 30 });
};

export const authorityOf = ({ directoryUrl, caPem }: RunningPebble): LocalCa => ({
  name: 'the second Pebble',
  directory: directoryUrl,
  tlsRootPem: caPem,
  profiles: Object.keys(PROFILES),
});
