// A program that starts every real part, tells their pids as one JSON line, and then waits to be killed.
// It must never stop them itself: that is what the test is about.
import { join } from 'node:path';
import { startCaddy } from '#local/parts/caddy.ts';
import { makeRunFolder } from '#local/parts/folders.ts';
import { installParts } from '#local/parts/install.ts';
import { startMicroburst } from '#local/parts/microburst.ts';
import { startMinistack } from '#local/parts/ministack.ts';
import { startMoto } from '#local/parts/moto.ts';
import { startPebble } from '#local/parts/pebble.ts';
import { stopAll } from '#local/parts/process.ts';

const root = join(import.meta.dirname, '..', '..');
const { python, pebble = '' } = await installParts({
  root,
  hostEnv: process.env,
  reporter: ({ step, text }) => console.error(`${step}: ${text}`),
  need: ['ministack', 'moto', 'microburst', 'pebble', 'caddy'],
});
const run = makeRunFolder({ root, name: 'parts' });
const ministack = await startMinistack({
  python,
  runFolder: join(run, 'ministack'),
  nodeModules: join(root, 'node_modules'),
});
const parts = {
  ministack,
  moto: await startMoto({ python, runFolder: join(run, 'moto') }),
  microburst: await startMicroburst({ python, runFolder: join(run, 'microburst'), upstream: ministack.endpoint }),
  pebble: await startPebble({ binary: pebble, runFolder: join(run, 'pebble'), dnsPort: 53 }),
  caddy: await startCaddy({ binary: join(python.bin, 'caddy'), runFolder: join(run, 'caddy'), dnsPort: 53 }),
};
process.once('SIGTERM', () => {
  void stopAll().then(() => process.exit(0));
});
console.log(JSON.stringify(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.pid]))));
setInterval(() => undefined, 60_000);
