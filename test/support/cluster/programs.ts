// The programs of a cluster for the system tests: built once, kept between runs. It must never start one.
import { fileURLToPath } from 'node:url';
import { CLUSTER_GO_MINOR, type ClusterPrograms, installClusterPrograms } from '#local/parts/cluster-build.ts';
import { projectFolders } from '#local/parts/folders.ts';
import { toolchain } from '#local/parts/install.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds what is missing, and says so. */
export const clusterPrograms = (): Promise<ClusterPrograms> => {
  const folders = projectFolders(ROOT);
  const hostEnv = process.env;
  const reporter = ({ step, text }: { step: string; text: string }): void => console.error(`${step}: ${text}`);
  const go = () => toolchain({ folders, hostEnv, reporter, oldestMinor: CLUSTER_GO_MINOR });
  return installClusterPrograms({ folders, hostEnv, reporter, go });
};
