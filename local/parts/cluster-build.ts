// The programs of a cluster without nodes: kube-apiserver with its store, and the External Secrets Operator. Each module is
// built after the other: together they would not fit into a small machine's memory.
import { join } from 'node:path';
import type { Folders } from './folders.ts';
import { type Go, type GoModule, installGoModule, isBuilt } from './go-build.ts';
import type { HostEnvironment, Reporter } from './report.ts';

export interface ClusterPrograms {
  readonly apiServer: string;
  readonly store: string;
  readonly externalSecrets: string;
  readonly esoctl: string;
  /** Folder with the operator's CustomResourceDefinitions. */
  readonly crds: string;
}

const KUBERNETES = 'v1.36.3';
const ESO = 'v0.20.4';
/** Kubernetes 1.36 and ESO 0.20 ask for it. */
export const CLUSTER_GO_MINOR = 26;

/** Of the two builds. */
const TELL_EVERY_MS = 30_000;

const VERSIONED = 'k8s.io/component-base/version';

const API_SERVER: GoModule = {
  name: 'kubernetes',
  version: KUBERNETES,
  packages: ['k8s.io/kubernetes/cmd/kube-apiserver', './store'],
  linked: [`${VERSIONED}.gitVersion=${KUBERNETES}`, `${VERSIONED}.gitMajor=1`, `${VERSIONED}.gitMinor=36`],
  why: (go) =>
    `building kube-apiserver ${KUBERNETES} and its store from source with ${go.version}, once; usually 5-9 min`,
  tellEveryMs: TELL_EVERY_MS,
  errorCode: 'ClusterNotBuilt',
};

const OPERATOR: GoModule = {
  name: 'external-secrets',
  version: ESO,
  packages: ['github.com/external-secrets/external-secrets', 'github.com/external-secrets/external-secrets/cmd/esoctl'],
  kept: { module: 'github.com/external-secrets/external-secrets', folder: 'config/crds/bases' },
  why: (go) => `building the External Secrets Operator ${ESO} from source with ${go.version}, once; usually 6-12 min`,
  tellEveryMs: TELL_EVERY_MS,
  errorCode: 'ClusterNotBuilt',
};

/** Names of the programs that would have to be built. */
export const missingClusterPrograms = (folders: Folders): readonly string[] =>
  [API_SERVER, OPERATOR].filter((module) => !isBuilt(module, folders)).map(({ name }) => name);

/** Builds what is missing. Throws PartError `ClusterNotBuilt`. */
export async function installClusterPrograms(building: {
  readonly folders: Folders;
  readonly hostEnv: HostEnvironment;
  readonly reporter: Reporter;
  readonly go: () => Promise<Go>;
}): Promise<ClusterPrograms> {
  const kubernetes = await installGoModule(API_SERVER, building);
  const operator = await installGoModule(OPERATOR, building);
  return {
    apiServer: join(kubernetes, 'kube-apiserver'),
    store: join(kubernetes, 'store'),
    externalSecrets: join(operator, 'external-secrets'),
    esoctl: join(operator, 'esoctl'),
    crds: join(operator, 'bases'),
  };
}
