// Starts the real parts that a contract suite needs; each is installed when it is missing. It must never be imported by
// what is deployed.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeRunFolder } from '#local/parts/folders.ts';
import { installParts } from '#local/parts/install.ts';
import { startMinistack as ministack } from '#local/parts/ministack.ts';
import { startMoto as moto } from '#local/parts/moto.ts';
import type { PythonEnvironment } from '#local/parts/python.ts';

export const emulatorCredentials = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

/** One running server; `url` is the endpoint for every client. */
export interface Emulator {
  readonly url: string;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
let started = 0;

const startPart = async (
  name: 'ministack' | 'moto',
  start: (options: {
    python: PythonEnvironment;
    runFolder: string;
  }) => Promise<{ endpoint: string; stop(): Promise<void> }>,
): Promise<Emulator> => {
  const reporter = ({ step, text }: { step: string; text: string }): void => console.error(`${step}: ${text}`);
  const { python } = await installParts({ root, hostEnv: process.env, reporter, need: [name] });
  const runFolder = makeRunFolder({ root, name: `${name}-${++started}` });
  const emulator = await start({ python, runFolder });
  return {
    url: emulator.endpoint,
    stop: async () => {
      await emulator.stop();
      rmSync(runFolder, { recursive: true, force: true });
    },
  };
};

/** An empty ministack of its own. */
export const startMinistack = (): Promise<Emulator> =>
  startPart('ministack', (options) => ministack({ ...options, nodeModules: `${root}node_modules` }));

/** An empty moto of its own. */
export const startMoto = (): Promise<Emulator> => startPart('moto', moto);
