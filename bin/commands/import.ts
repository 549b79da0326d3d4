// `evercert import`: reads declarations and Secrets, hands them over, prints what became of each. It must never print a
// value of a Secret, nor know what makes one fit.
import { readFileSync } from 'node:fs';
import { text as streamed } from 'node:stream/consumers';
import { composeImport, deployedSecretsKey } from '#adapters/compose/import.ts';
import { readDeclarationFiles } from '#adapters/declaration-files.ts';
import { type Declarations, readDeclarations } from '#core/declaration/read.ts';
import { EvercertError } from '#core/errors.ts';
import { type Imported, importSecrets, leftOutOf } from '#core/migration/import.ts';
import { type KubernetesSecret, readKubernetesSecrets } from '#core/migration/kubernetes-secrets.ts';
import { sweepPeriodMs } from '#core/settings.ts';
import { Refused } from '#lib/refused.ts';
import { importLine, importSummary } from './import-report.ts';
import { type Deployment, readDeployment } from './settings.ts';

export interface ImportOptions {
  /** Files that kubectl has written; `-`: standard input. */
  readonly from: readonly string[];
  readonly settings?: string | undefined;
  /** Default: as `bin/app.ts` calls it. */
  readonly stack?: string | undefined;
  /** Instead of the stack's. */
  readonly kmsKey?: string | undefined;
  readonly anyIssuer: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const declarationsIn = (path: string, { settings }: Deployment): Declarations => {
  const source = readDeclarationFiles(path);
  if ('refusal' in source) throw new Refused(source.refusal);
  const { clusterResourceNamespace, clusters } = settings;
  return readDeclarations(source.files, {
    scope: source.scope,
    clusterResourceNamespace,
    clusters: clusters.map(({ name }) => name),
  });
};

const textOf = async (file: string): Promise<string> => {
  try {
    return file === '-' ? await streamed(process.stdin) : readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Refused(`${file} cannot be read: ${(cause as Error).message}`);
  }
};

const secretsIn = async (files: readonly string[]): Promise<readonly KubernetesSecret[]> => {
  const all: KubernetesSecret[] = [];
  for (const file of files) {
    const read = readKubernetesSecrets(await textOf(file));
    if ('unread' in read) throw new Refused(`${file === '-' ? 'standard input' : file}: ${read.unread}`);
    all.push(...read);
  }
  if (all.length === 0) throw new Refused(`there is no Secret in ${files.join(', ')}`);
  return all;
};

/** A secret under another key could not be read by the service, nor by who reads for a cluster. */
const keyOf = async ({ kmsKey, stack }: ImportOptions, { stackName }: Deployment): Promise<string> => {
  const name = stack ?? stackName;
  const key = kmsKey ?? (await deployedSecretsKey(name));
  if (key !== undefined) return key;
  throw new Refused(
    `there is no stack "${name}" with a key for secrets: deploy it first with the issuers alone, or name it with --stack`,
  );
};

/** Refused as it is told to a person. */
const asRefused = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof EvercertError) throw new Refused(`${cause.code}: ${cause.message}`);
    throw cause;
  }
};

/** Secrets that no Certificate of the folder declares. */
const unclaimedOf = (secrets: readonly KubernetesSecret[], all: readonly Imported[]): readonly string[] => {
  const claimed = new Set(all.map(({ secret }) => secret));
  const names = secrets
    .filter(({ type }) => type === 'kubernetes.io/tls')
    .map(({ namespace, name }) => `${namespace}/${name}`);
  return [...new Set(names)].filter((name) => !claimed.has(name)).sort();
};

/** Imports and reports; gives the exit code: 0, or 1 where a certificate was refused. Throws Refused: nothing was done. */
export const importInto = async (path: string, options: ImportOptions): Promise<0 | 1> => {
  const deployment = readDeployment({ folder: process.cwd(), file: options.settings });
  const { settings } = deployment;
  const { catalogue, leftOut } = declarationsIn(path, deployment);
  const secrets = await secretsIn(options.from);
  // Nothing is written on a dry run, which may come before the first deploy.
  const kmsKeyId = options.dryRun ? '' : await asRefused(keyOf(options, deployment));
  const tell = (one: Imported): void => {
    if (!options.json) process.stdout.write(importLine(one));
  };
  const imported = await importSecrets(
    { certificates: catalogue.certificates, secrets },
    composeImport({ settings, kmsKeyId }),
    {
      prefix: settings.prefix,
      sweepPeriodMs: sweepPeriodMs(settings),
      secretsWritesPerSecond: settings.quotas.secretsWritesPerSecond,
      dryRun: options.dryRun,
      anyIssuer: options.anyIssuer,
      tell,
    },
  );
  const rest = leftOut.map(leftOutOf);
  rest.forEach(tell);
  const certificates = [...imported, ...rest];
  const unclaimed = unclaimedOf(secrets, certificates);
  process.stdout.write(
    options.json ? `${JSON.stringify({ certificates, unclaimed }, null, 2)}\n` : importSummary(certificates, unclaimed),
  );
  return certificates.some(({ status }) => status === 'refused') ? 1 : 0;
};
