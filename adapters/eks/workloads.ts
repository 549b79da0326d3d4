// Restarts of workloads, as `kubectl rollout restart` makes them: an annotation of the pod template. It must never touch
// anything else of a workload, nor know why it restarts.
import type { WorkloadKind } from '#core/bridge/model.ts';
import type { Workloads } from '#core/bridge/ports.ts';
import { EvercertError } from '#core/errors.ts';
import type { AskCluster } from './request.ts';

const RESOURCES: Readonly<Record<WorkloadKind, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

/** Errors: CLUSTER_* as the port says; CLUSTER_REFUSED where there is no such workload. */
export const eksWorkloads = (ask: AskCluster): Workloads => ({
  async restart({ kind, namespace, name, annotation, value }) {
    const resource = RESOURCES[kind];
    const action = `patch ${resource}`;
    const patched = await ask({
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${resource}/${encodeURIComponent(name)}`,
      body: { spec: { template: { metadata: { annotations: { [annotation]: value } } } } },
      type: 'application/strategic-merge-patch+json',
      action,
    });
    if (patched === undefined)
      throw new EvercertError('CLUSTER_REFUSED', `${action}: there is no ${kind} ${namespace}/${name}`, {
        detail: { action, offenders: [`${kind}/${name}`] },
      });
  },
});
