// Brings a cluster's programs onto this machine: what is there already costs nothing, what is not is built once. It must
// never start any of them.
import {
  CLUSTER_GO_MINOR,
  type ClusterPrograms,
  installClusterPrograms,
  missingClusterPrograms,
} from './cluster-build.ts';
import { projectFolders } from './folders.ts';
import { toolchain } from './install.ts';
import { type HostEnvironment, PartError, type Reporter } from './report.ts';
import { lackOf, type Room, roomAt } from './room.ts';

/** The linker of the External Secrets Operator takes 3.3 GB; two caches of Go lie on the disk while it is built. */
export const BUILD_NEEDS = { memoryMb: 4_096, diskMb: 8_192 } as const;

/** ClusterNotBuilt: there is not enough room to build what is missing; nothing was begun. */
export const mustHaveRoom = (missing: readonly string[], room: Room): void => {
  const lack = missing.length === 0 ? undefined : lackOf(room, BUILD_NEEDS);
  if (lack === undefined) return;
  throw new PartError({
    code: 'ClusterNotBuilt',
    message: `a local cluster's programs (${missing.join(', ')}) must be built once, which needs ${lack}. Make room, then start again; without --kubernetes nothing of it is needed.`,
  });
};

/** Whether nothing would have to be built. */
export const areClusterProgramsThere = (root: string): boolean =>
  missingClusterPrograms(projectFolders(root)).length === 0;

/**
 * kube-apiserver with its store and the External Secrets Operator, one built after the other; what is finished stays, also after
 * a Ctrl-C. Throws PartError: ClusterNotBuilt, GoMissing, and those of Python's packages.
 */
export const installCluster = async ({
  root,
  hostEnv,
  reporter,
}: {
  readonly root: string;
  readonly hostEnv: HostEnvironment;
  readonly reporter: Reporter;
}): Promise<ClusterPrograms> => {
  const folders = projectFolders(root);
  const missing = missingClusterPrograms(folders);
  mustHaveRoom(missing, roomAt(folders.parts));
  if (missing.length > 0)
    reporter({
      step: 'cluster',
      text: `${missing.join(' and ')} must be built here, once: 15-20 min on two cores; Ctrl-C leaves nothing half installed, and what is finished stays`,
    });
  const go = () => toolchain({ folders, hostEnv, reporter, oldestMinor: CLUSTER_GO_MINOR });
  return installClusterPrograms({ folders, hostEnv, reporter, go });
};
