// `evercert manifests`: reads declarations and settings, and gives each cluster's objects to standard output or a folder. It
// must never know what stands in an object, nor speak to a cluster.
import { join } from 'node:path';
import { readDeclarationFiles } from '#adapters/declaration-files.ts';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { Manifest, ManifestsInput, TrustBy } from '#core/bridge/manifests/model.ts';
import { refusalsOf } from '#core/bridge/manifests/refusals.ts';
import { filesOf, yamlOf } from '#core/bridge/manifests/text.ts';
import type { Catalogue } from '#core/declaration/model.ts';
import { sortProblems } from '#core/declaration/problem.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import type { ClusterSettings, ServiceSettings } from '#core/settings.ts';
import { Refused } from '#lib/refused.ts';
import { carryOut, planFolder } from './manifest-files.ts';
import { type Colors, colorsFor, counted, printable, printReport } from './report.ts';
import { readDeployment } from './settings.ts';

/** Of the command line, and the Region that the environment names. */
export interface ManifestsOptions {
  readonly cluster?: string | undefined;
  readonly out?: string | undefined;
  readonly settings?: string | undefined;
  readonly trust?: TrustBy | undefined;
  readonly trustNamespace?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  readonly readerRole?: string | undefined;
  readonly operatorRole?: string | undefined;
  readonly namespaces?: boolean | undefined;
  readonly json: boolean;
}

/** Reports on standard error; undefined: something declared is wrong, so that its manifests would be missing. */
const catalogueAt = (path: string, settings: ServiceSettings): Catalogue | undefined => {
  const source = readDeclarationFiles(path);
  if ('refusal' in source) throw new Refused(source.refusal);
  const { clusterResourceNamespace, clusters } = settings;
  const names = clusters.map(({ name }) => name);
  const options = { scope: source.scope, clusterResourceNamespace, clusters: names };
  const { catalogue, issuers, passedOver, problems } = readDeclarations(source.files, options);
  const all = sortProblems([...source.problems, ...problems]);
  const accepted = { certificates: catalogue.certificates.length, issuers: issuers.length };
  if (all.length > 0) printReport({ problems: all, passedOver, accepted, files: source.files.length }, process.stderr);
  return all.some(({ severity }) => severity === 'error') ? undefined : catalogue;
};

const clustersAsked = ({ clusters }: ServiceSettings, options: ManifestsOptions): readonly ClusterSettings[] => {
  const names = clusters.map(({ name }) => name).join(', ');
  if (clusters.length === 0) throw new Refused('no cluster is configured: name them in the setting clusters');
  const asked = clusters.filter(({ name }) => options.cluster === undefined || name === options.cluster);
  if (asked.length === 0)
    throw new Refused(`no cluster is called "${printable(options.cluster ?? '')}"; known: ${names}`);
  const isOne = options.readerRole !== undefined || options.operatorRole !== undefined || options.out === undefined;
  if (asked.length > 1 && isOne) throw new Refused(`there are several clusters, say which with --cluster: ${names}`);
  return asked;
};

const regionOf = ({ region }: ManifestsOptions): string => {
  if (region !== undefined && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return region;
  throw new Refused(
    region === undefined
      ? 'say in which Region the secrets lie: --region, or AWS_REGION in the environment'
      : `"${printable(region)}" is not a Region`,
  );
};

interface Made {
  readonly cluster: string;
  readonly manifests: readonly Manifest[];
}

const PAINT = { created: 'green', changed: 'yellow', unchanged: 'dim', removed: 'red' } as const;

/** A folder for each cluster, or the folder itself for the one that was named. Nothing is written where anything is refused. */
const writeFolders = (out: string, made: readonly Made[], options: ManifestsOptions): 0 | 1 => {
  const plans = made.map(({ cluster, manifests }) => {
    const folder = options.cluster === undefined ? join(out, cluster) : out;
    const wanted = filesOf(cluster, manifests);
    return { cluster, folder, wanted, plan: planFolder(folder, cluster, wanted) };
  });
  const refusals = plans.flatMap(({ plan }) => plan.refusals);
  if (refusals.length > 0) return refuse(refusals);
  for (const { folder, wanted, plan } of plans) carryOut(folder, plan, wanted);
  const changes = plans.flatMap(({ cluster, folder, plan }) =>
    plan.changes.map(({ file, change }) => ({ cluster, file: join(folder, file), change })),
  );
  if (options.json) process.stdout.write(`${JSON.stringify(changes, null, 2)}\n`);
  else for (const { file, change } of changes) process.stderr.write(lineOf(colorsFor(process.stderr), change, file));
  return 0;
};

const lineOf = (colors: Colors, change: keyof typeof PAINT, file: string): string =>
  `${colors[PAINT[change]](change.padEnd('unchanged'.length))}  ${file}\n`;

const refuse = (reasons: readonly string[]): 1 => {
  const word = colorsFor(process.stderr).red('error');
  for (const reason of reasons) process.stderr.write(`${word}: ${printable(reason)}\n`);
  return 1;
};

const summaryOf = ({ cluster, manifests }: Made): string =>
  manifests.length === 0
    ? `${cluster}: nothing is delivered there\n`
    : `${cluster}: ${counted(manifests.length, 'object')}\n`;

/**
 * Prints, or writes with `out`; nothing but the objects goes to standard output. Exit code: 0 as wished, 1 declarations are wrong
 * or manifests cannot be made of them. Throws Refused: the call itself is wrong.
 */
export const manifests = (path: string | undefined, options: ManifestsOptions): 0 | 1 => {
  const { settings, declarations } = readDeployment({ folder: process.cwd(), file: options.settings });
  const clusters = clustersAsked(settings, options);
  const region = regionOf(options);
  const folder = path ?? declarations;
  if (folder === undefined) throw new Refused('name the folder of the declarations (cdk.json has none)');
  const catalogue = catalogueAt(folder, settings);
  if (catalogue === undefined) return 1;
  const { prefix, replicas, secretReaders } = settings;
  const { account, readerRole, operatorRole, trust, trustNamespace, namespaces } = options;
  const asked = { account, readerRole, operatorRole, trust, trustNamespace, namespaces };
  const inputs = clusters.map((cluster): ManifestsInput => {
    return { catalogue, cluster, prefix, region, replicas, secretReaders, ...asked };
  });
  const refusals = inputs.flatMap(refusalsOf);
  if (refusals.length > 0) return refuse(refusals);
  const made = inputs.map((input) => ({ cluster: input.cluster.name, manifests: manifestsFor(input) }));
  for (const one of made) process.stderr.write(summaryOf(one));
  if (options.out !== undefined) return writeFolders(options.out, made, options);
  const all = made.flatMap((one) => one.manifests);
  process.stdout.write(options.json ? `${JSON.stringify(all, null, 2)}\n` : yamlOf(all));
  return 0;
};
