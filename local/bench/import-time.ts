// How long a function's bundle takes to be imported, in fresh processes as Lambda starts them. It must never call a handler.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { runtimeSettings } from '#core/settings.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../cloud/clients.ts';
import { median, rounded } from './statistics.ts';

const run = promisify(execFile);
const TIMES = 5;

/** A cluster function reads the certificate of its cluster's CA as it starts: any will do. */
const CLUSTER = {
  name: 'nowhere',
  endpoint: 'https://127.0.0.1:1',
  certificateAuthorityData: Buffer.from(rootCertificates[0]!).toString('base64'),
};

/** The environment as lib/function.ts gives it; importing composes the clients, and sends nothing. */
const environment = (): Record<string, string> => ({
  AWS_REGION: LOCAL_REGION,
  AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  NODE_OPTIONS: '--enable-source-maps',
  EVERCERT_SETTINGS: JSON.stringify(
    runtimeSettings.parse({ tableName: 'none', eventBusName: 'none', cluster: CLUSTER }),
  ),
});

const importOnce = async (file: string): Promise<number> => {
  const script = `const from = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(performance.now() - from); process.exit()`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await run(process.execPath, args, { env: environment(), cwd: '/' });
  return Number(stdout.trim().split('\n').at(-1));
};

/** Median of five fresh processes, one after the other, in ms. `folder` holds `<name>.mjs`. */
export const importMs = async ({ name, folder }: { name: string; folder: string }): Promise<number> => {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) times.push(await importOnce(join(folder, `${name}.mjs`)));
  return rounded(median(times), 1);
};
