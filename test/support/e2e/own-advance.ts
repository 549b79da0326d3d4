// Runs the deployed `advance` on one booked row, in a process of the test, beside the state machine: to its end under
// faults, or until it is killed at a chosen call. It must never touch the ledger itself.
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GetFunctionConfigurationCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import type { ExecutionInput } from '#core/ports.ts';
import { bundleFunctions } from '#lib/bundle.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '#local/cloud/clients.ts';
import type { Cloud } from '#local/cloud/options.ts';
import type { Fault, FaultKind } from '#local/gateway/settings.ts';
import { logTail, type RunningProcess, spawnProcess } from '#local/parts/process.ts';

const SCRIPT = fileURLToPath(new URL('./advance-process.ts', import.meta.url));
const POLL_MS = 10;

export interface OwnAdvance {
  /** AWS_SDK_UA_APP_ID of its calls: `evercert-advance` and the certificate. */
  readonly appId: string;
  readonly process: RunningProcess;
}

/** How the deployed function is told its settings, and its code as it was bundled for the deploy. */
export interface DeployedAdvance {
  readonly module: string;
  readonly settings: string;
}

export const deployedAdvance = async ({ declared, directClients }: Cloud): Promise<DeployedAdvance> => {
  const { Functions = [] } = await directClients.lambda.send(new ListFunctionsCommand({ MaxItems: 50 }));
  const FunctionName = Functions.find(({ Handler }) => Handler === 'advance.handler')?.FunctionName;
  const { Environment } = await directClients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const { advance } = bundleFunctions({ catalogue: declared.catalogue });
  return { module: join(advance, 'advance.mjs'), settings: Environment?.Variables?.EVERCERT_SETTINGS ?? '{}' };
};

export const appIdOf = (name: string): string => `evercert-advance-${name.replaceAll('/', '-')}`;

/** Starts it; `endpoint` is the gateway's unless something else stands before it. */
export const startAdvance = async (
  cloud: Cloud,
  given: { readonly deployed: DeployedAdvance; readonly input: ExecutionInput; readonly endpoint?: string },
): Promise<OwnAdvance> => {
  const appId = appIdOf(given.input.name);
  const process_ = await spawnProcess({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', SCRIPT, given.deployed.module, JSON.stringify(given.input)],
    env: {
      PATH: dirname(process.execPath),
      AWS_ENDPOINT_URL: given.endpoint ?? cloud.endpoint,
      AWS_REGION: LOCAL_REGION,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
      AWS_SDK_UA_APP_ID: appId,
      EVERCERT_SETTINGS: given.deployed.settings,
    },
    cwd: cloud.runFolder,
    logFile: join(cloud.runFolder, `${appId}.log`),
  });
  return { appId, process: process_ };
};

/** Its calls so far, a line each, in the order of their answers. */
export const callsOf = (cloud: Cloud, appId: string): string =>
  cloud.gateway
    .calls()
    .filter((call) => call.appId === appId)
    .map(({ action, status, errorCode = '' }) => `${action} ${status} ${errorCode}`)
    .join('\n');

/** Waits for its end in order. */
export const untilDone = async (cloud: Cloud, own: OwnAdvance): Promise<void> => {
  const { code } = await own.process.ended;
  if (code === 0) return;
  throw new Error(`${own.appId} ended with ${code}:\n${logTail(own.process.logFile)}\n${callsOf(cloud, own.appId)}`);
};

/** Where a process dies: at its `nth` call of that action, before AWS sees it or when it is applied and not yet answered. */
export interface KillPoint {
  readonly action: string;
  readonly nth: number;
  readonly when: 'before' | 'after';
}

const KINDS: Readonly<Record<KillPoint['when'], FaultKind>> = { before: 'hang', after: 'silence' };

/** The fault that holds the call; to be laid before the process starts. */
export const holdAt = (cloud: Cloud, appId: string, { action, nth, when }: KillPoint): Fault => {
  const fault: Fault = { match: { appId, action }, times: 1, every: nth, kind: KINDS[when] };
  cloud.gateway.settings.faults.push(fault);
  return fault;
};

/** SIGKILL once the call is held. Throws where the process ends before it comes to that call. */
export const killAt = async (cloud: Cloud, own: OwnAdvance, held: Fault): Promise<void> => {
  while (held.times > 0 && own.process.isRunning()) await pause(POLL_MS);
  const isHeld = held.times === 0;
  await own.process.kill();
  if (isHeld) return;
  const faults = cloud.gateway.settings.faults;
  faults.splice(faults.indexOf(held), 1);
  throw new Error(
    `${own.appId} never came to call ${held.every} of ${held.match.action}:\n${logTail(own.process.logFile)}\n${callsOf(cloud, own.appId)}`,
  );
};
