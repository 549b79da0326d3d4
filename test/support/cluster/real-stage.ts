// A cluster of real parts as a stage of the cluster's contract: our role asks as the sync function does, with all rights that a
// delivery needs. It must never be how a right is proven to be needed.
import { setTimeout as delay } from 'node:timers/promises';
import { eksWorkloads } from '#adapters/eks/workloads.ts';
import { SYNC_GROUP } from '#core/bridge/model.ts';
import { type Manifest, pathOf } from '#local/cluster/apply.ts';
import type { ClusterStage } from '#test/contracts/cluster/stage.ts';
import { clusterStore } from './manifests.ts';
import type { Stage } from './stage.ts';

const ARRIVES_MS = 30_000;
const POLL_MS = 50;
/** The slowest look that was ever seen took 1.05 s. */
const QUIET_MS = 2_000;

const rule = (group: string, resources: readonly string[], verbs: readonly string[]) => ({
  apiGroups: [group],
  resources,
  verbs,
});

const RIGHTS: readonly Manifest[] = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'contract' },
    rules: [
      rule('external-secrets.io', ['externalsecrets', 'clusterexternalsecrets'], ['get', 'patch']),
      rule('', ['secrets'], ['get']),
      rule('', ['events'], ['list']),
      rule('apps', ['deployments'], ['patch']),
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'contract' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'contract' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: SYNC_GROUP }],
  },
];

const encoded = (data: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([name, text]) => [name, Buffer.from(text).toString('base64')]));

/** On a started stage with the namespaces `shop` and `pay`. */
export const contractStage = async (stage: Stage): Promise<ClusterStage> => {
  const { admin } = stage;
  const labelled = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'web' } } };
  await stage.apply(labelled, clusterStore(), ...RIGHTS);
  return {
    api: stage.api,
    workloads: eksWorkloads(stage.ask),
    apply: stage.apply,
    remove: async (manifest) => void (await admin({ method: 'DELETE', path: await pathOf(admin, manifest) })),
    read: async (manifest) => {
      const { status, body } = await admin({ method: 'GET', path: await pathOf(admin, manifest) });
      return status === 404 ? undefined : (body as Manifest);
    },
    secretIn: async (at) => {
      const secret = await stage.secretIn(at);
      return secret && { type: secret.type, data: secret.data };
    },
    tamper: async ({ namespace, name }, data) => {
      await admin({
        method: 'PATCH',
        path: `/api/v1/namespaces/${namespace}/secrets/${name}`,
        body: { data: encoded(data) },
        type: 'application/merge-patch+json',
      });
    },
    put: stage.put,
    deleteSecret: stage.deleteSecret,
    restoreSecret: stage.restoreSecret,
    calls: (secret) => stage.relay.calls.get(secret) ?? 0,
    eventually: async (look, is) => {
      for (const until = performance.now() + ARRIVES_MS; ; await delay(POLL_MS)) {
        const seen = await look();
        if (is(seen)) return seen;
        if (performance.now() > until) throw new Error(`it never came to that: ${JSON.stringify(seen)}`);
      }
    },
    quiet: () => delay(QUIET_MS),
  };
};
