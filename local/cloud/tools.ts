// The stock CDK CLI and our app, run with an environment and folders of their own. It must never know what is deployed.
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { logTail, runToEnd } from '../parts/process.ts';
import { LOCAL_ACCOUNT, LOCAL_CREDENTIALS, LOCAL_REGION } from './clients.ts';

export interface ToolPlace {
  readonly root: string;
  readonly runFolder: string;
  /** AWS endpoint that the tools speak to. */
  readonly endpoint: string;
}

export const STACK = 'Evercert';

/** A command of the local cloud's own deployment failed; the message ends with its last words. */
export class DeploymentFailed extends Error {
  override readonly name = 'DeploymentFailed';
}

/** Nothing of the host's AWS configuration, and nothing outside the run folder. */
const toolEnvironment = ({ runFolder, endpoint }: ToolPlace): Record<string, string> => ({
  PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
  HOME: join(runFolder, 'home'),
  TMPDIR: join(runFolder, 'tmp'),
  CDK_HOME: join(runFolder, 'home', '.cdk'),
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  AWS_REGION: LOCAL_REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_UA_APP_ID: 'evercert-local-cdk',
  CDK_DISABLE_CLI_TELEMETRY: '1',
  CDK_DISABLE_VERSION_CHECK: '1',
  NO_COLOR: '1',
});

const run = async (
  place: ToolPlace,
  step: { name: string; script: string; args: readonly string[]; env?: Record<string, string> },
): Promise<void> => {
  for (const name of ['home', 'tmp']) mkdirSync(join(place.runFolder, name), { recursive: true });
  const logFile = join(place.runFolder, `${step.name}.log`);
  const code = await runToEnd({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(place.root, step.script), ...step.args],
    env: { ...toolEnvironment(place), ...step.env },
    cwd: place.root,
    logFile,
  });
  if (code !== 0)
    throw new DeploymentFailed(`cdk ${step.name} ended with exit code ${code}. Its last words:\n${logTail(logFile)}`);
};

const CDK = 'node_modules/aws-cdk/bin/cdk';
const QUIET = ['--no-notices', '--no-color', '--progress', 'events'];

/** `cdk bootstrap`: the stack of buckets and roles that every CDK deployment needs. */
export const bootstrap = (place: ToolPlace): Promise<void> =>
  run(place, {
    name: 'bootstrap',
    script: CDK,
    args: ['bootstrap', `aws://${LOCAL_ACCOUNT}/${LOCAL_REGION}`, '-o', join(place.runFolder, 'cdk.boot'), ...QUIET],
  });

const assembly = (place: ToolPlace): string => join(place.runFolder, 'cdk.out');

/** Runs `bin/app.ts` as the CLI would, with cdk.json's context and `context` over it. */
export const synthesize = (place: ToolPlace, context: Readonly<Record<string, unknown>>): Promise<void> => {
  const file = JSON.parse(readFileSync(join(place.root, 'cdk.json'), 'utf8')) as { context?: object };
  const CDK_CONTEXT_JSON = JSON.stringify({ ...file.context, 'evercert:stack': STACK, ...context });
  return run(place, {
    name: 'synth',
    script: 'bin/app.ts',
    args: [],
    env: { CDK_OUTDIR: assembly(place), CDK_CONTEXT_JSON },
  });
};

/** `cdk deploy` of what was synthesized; gives the stack's outputs as CloudFormation names them. */
export const deploy = async (place: ToolPlace): Promise<Readonly<Record<string, string>>> => {
  const outputsFile = join(place.runFolder, 'outputs.json');
  const args = ['deploy', '--all', '-a', assembly(place), '--require-approval', 'never'];
  await run(place, { name: 'deploy', script: CDK, args: [...args, '--outputs-file', outputsFile, ...QUIET] });
  const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, Record<string, string>>;
  return outputs[STACK] ?? {};
};
