// ministack: the AWS of the local cloud, all but Private CA. It must never know what is deployed into it.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type RunningEmulator, startEmulator } from './emulator.ts';
import { answers, freePort } from './network.ts';
import type { PythonEnvironment } from './python.ts';

export interface MinistackOptions {
  readonly python: PythonEnvironment;
  /** An own folder: buckets, state, temporary files, log. With `persist` it outlives the process. */
  readonly runFolder: string;
  /** Where functions find packages that the runtime brings on AWS. */
  readonly nodeModules: string;
  readonly port?: number;
  /** moto's endpoint, for `acm-pca` inside functions. */
  readonly privateCaEndpoint?: string;
  /** Keep everything over a restart; running executions then end as FAILED `States.ServiceRestart`. */
  readonly persist?: boolean;
  /** Factor on the waits of state machines; default 1. */
  readonly waitScale?: number;
  /** An idle function's process is ended after this long, seconds; default 20. */
  readonly warmSeconds?: number;
  /** Further environment of the emulator, and through it of every function. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The emulator's whole environment: what the host has would leak into every function. */
export function ministackEnvironment({
  options,
  port,
}: {
  options: MinistackOptions;
  port: number;
}): Record<string, string> {
  const { runFolder, privateCaEndpoint, waitScale } = options;
  return {
    PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
    HOME: runFolder,
    TMPDIR: join(runFolder, 'tmp'),
    S3_DATA_DIR: join(runFolder, 's3'),
    STATE_DIR: join(runFolder, 'state'),
    GATEWAY_PORT: `${port}`,
    MINISTACK_HOST: '127.0.0.1',
    BIND_HOST: '127.0.0.1',
    LAMBDA_EXECUTOR: 'local',
    LAMBDA_WARM_TTL_SECONDS: `${options.warmSeconds ?? 20}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    NODE_PATH: options.nodeModules,
    // Its IoT broker would take port 8883 whoever else is there.
    IOT_MTLS_ENABLED: '0',
    ...(options.persist === true ? { PERSIST_STATE: '1' } : {}),
    ...(waitScale === undefined ? {} : { SFN_WAIT_SCALE: `${waitScale}` }),
    ...(privateCaEndpoint === undefined ? {} : { AWS_ENDPOINT_URL_ACM_PCA: privateCaEndpoint }),
    ...options.env,
  };
}

/** Starts ministack and resolves when it is healthy. Two Date headers would break every SDK v3 client: uvicorn sends none. */
export async function startMinistack(options: MinistackOptions): Promise<RunningEmulator> {
  const { python, runFolder } = options;
  for (const name of ['tmp', 's3', 'state']) mkdirSync(join(runFolder, name), { recursive: true });
  // Its Node workers are CommonJS files named .js: they must not find our own package.json ("type": "module") above them.
  writeFileSync(join(runFolder, 'package.json'), '{ "type": "commonjs" }\n');
  // A copy, so that Python's compiled form of it does not come to lie beside our sources.
  copyFileSync(join(import.meta.dirname, 'ministack_app.py'), join(runFolder, 'ministack_app.py'));
  const port = options.port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const quiet = ['--timeout-keep-alive', '75', '--no-access-log', '--no-date-header', '--no-server-header'];
  return startEmulator({
    endpoint,
    server: {
      name: 'ministack',
      command: python.python,
      args: [
        '-m',
        'uvicorn',
        'ministack_app:app',
        '--app-dir',
        runFolder,
        '--host',
        '127.0.0.1',
        '--port',
        `${port}`,
        ...quiet,
      ],
      env: ministackEnvironment({ options, port }),
      cwd: runFolder,
      logFile: join(runFolder, 'ministack.log'),
      healthy: () => answers({ url: `${endpoint}/_ministack/health` }),
      deadlineMs: 30_000,
    },
  });
}
