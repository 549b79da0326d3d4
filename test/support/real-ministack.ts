// The real emulator for a contract suite, from the installed parts. It must never be shared between suites.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningEmulator } from '#local/parts/emulator.ts';
import { makeRunFolder } from '#local/parts/folders.ts';
import { installParts } from '#local/parts/install.ts';
import { startMinistack } from '#local/parts/ministack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type RealMinistack = RunningEmulator;

/** Installs what is missing, then starts ministack in a folder of its own, which goes with it. */
export async function startRealMinistack(options: { name: string; persist?: boolean }): Promise<RealMinistack> {
  const { python } = await installParts({
    root: ROOT,
    hostEnv: process.env,
    reporter: ({ step, text }) => console.log(`${step}: ${text}`),
    need: ['ministack'],
  });
  const runFolder = makeRunFolder({ root: ROOT, name: options.name });
  const emulator = await startMinistack({
    python,
    runFolder,
    nodeModules: join(ROOT, 'node_modules'),
    persist: options.persist ?? false,
  });
  return {
    endpoint: emulator.endpoint,
    logFile: emulator.logFile,
    get pid() {
      return emulator.pid;
    },
    restart: (how) => emulator.restart(how),
    stop: async () => {
      await emulator.stop();
      rmSync(runFolder, { recursive: true, force: true });
    },
  };
}
