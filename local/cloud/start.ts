// The local cloud: real parts, our stack on them, somebody's declarations in it. It must never order a certificate itself.
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { certificateSecret } from '#core/names.ts';
import { serviceSettings } from '#core/settings.ts';
import { type DeclarationInput, type Declared, readDeclared } from './declared.ts';
import { deployDeclared } from './deployment.ts';
import { lookAtLedger } from './ledger-look.ts';
import { type Cloud, type CloudOptions, clusterNamesOf } from './options.ts';
import { type RunningParts, startParts } from './parts-up.ts';
import { storedVersions } from './secret-look.ts';

const invokeSweep = async (parts: RunningParts, functionName: string): Promise<unknown> => {
  const answer = await parts.clients.lambda.send(new InvokeCommand({ FunctionName: functionName, Payload: '{}' }));
  const text = new TextDecoder().decode(answer.Payload);
  if (answer.FunctionError !== undefined) throw new Error(`the sweep failed: ${text}`);
  return JSON.parse(text);
};

const rootsOf = async ({ pebble, caddy }: RunningParts): Promise<readonly string[]> =>
  Promise.all([pebble.rootPem(), ...(caddy === undefined ? [] : [caddy.rootPem()])]);

const readWith = (options: CloudOptions, declarations: DeclarationInput): Declared =>
  readDeclared(declarations, { partial: options.partial === true, clusters: clusterNamesOf(options) });

const cloudOf = async (options: CloudOptions, parts: RunningParts, first: Declared): Promise<Cloud> => {
  const { prefix } = serviceSettings.parse(options.settings ?? {});
  let deployed = await deployDeclared({ options, parts, declared: first, known: new Map(), knownCas: new Map() });
  return {
    ...parts,
    endpoint: parts.gateway.endpoint,
    get outputs() {
      return deployed.outputs;
    },
    get declared() {
      return deployed.declared;
    },
    get zones() {
      return deployed.zones;
    },
    deploy: async (declarations: DeclarationInput) => {
      const declared = readWith(options, declarations);
      deployed = await deployDeclared({
        options,
        parts,
        declared,
        known: deployed.zones,
        knownCas: deployed.privateCas,
      });
    },
    invokeSweep: () => invokeSweep(parts, deployed.outputs.sweepFunctionName),
    look: () => lookAtLedger({ client: parts.directClients.dynamodb, tableName: deployed.outputs.tableName }),
    versions: (name) => storedVersions(parts.directClients.secrets, certificateSecret(prefix, name)),
    roots: async () => [...(await rootsOf(parts)), ...[...deployed.privateCas.values()].map(({ rootPem }) => rootPem)],
    restartEmulator: async (how) => {
      await parts.emulator.restart(how);
      await parts.gateway.reload();
    },
  };
};

/**
 * Starts everything and deploys. Errors: DeclarationsRefused before anything is started or downloaded, PartError,
 * DeploymentFailed; nothing is left running then.
 */
export const startCloud = async (options: CloudOptions): Promise<Cloud> => {
  const declared = readWith(options, options.declarations);
  const parts = await startParts(options);
  try {
    return await cloudOf(options, parts, declared);
  } catch (error) {
    await parts.stop();
    throw error;
  }
};
