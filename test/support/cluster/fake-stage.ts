// The fake cluster as a stage of the cluster's contract: a virtual clock, and a Secrets Manager that is a map. It must never
// be imported by what is deployed.
import type { ClusterStage } from '#test/contracts/cluster/stage.ts';
import { FakeCluster } from './fake-cluster.ts';
import { clusterStore } from './manifests.ts';

const POLL_MS = 50;
const POLLS = 400;
const QUIET_MS = 5_000;
const MARKED =
  "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";

const namespace = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

export const fakeStage = (): ClusterStage & { readonly cluster: FakeCluster } => {
  let now = Date.UTC(2026, 10, 25, 12);
  const values = new Map<string, string>();
  const deleted = new Set<string>();
  const cluster = new FakeCluster({
    clock: { now: () => new Date(now) },
    value: (secret) => {
      if (deleted.has(secret)) throw new Error(MARKED);
      return values.get(secret);
    },
  });
  const pass = (ms: number): void => {
    now += ms;
    cluster.operator.settle();
  };
  cluster.apply(clusterStore(), namespace('shop', { team: 'web' }), namespace('pay'));
  return {
    cluster,
    api: cluster.api,
    workloads: cluster.workloads,
    apply: async (...manifests) => cluster.apply(...manifests),
    remove: async (manifest) => cluster.remove(manifest),
    read: async (manifest) => cluster.read(manifest),
    secretIn: async (at) => cluster.secretIn(at),
    tamper: async (at, data) => cluster.tamper(at, data),
    put: async (secret, { value }) => values.set(secret, value.open()),
    deleteSecret: async (secret) => void deleted.add(secret),
    restoreSecret: async (secret) => void deleted.delete(secret),
    calls: (secret) => cluster.calls(secret),
    eventually: async (look, is) => {
      for (let polls = 0; polls < POLLS; polls++) {
        const seen = await look();
        if (is(seen)) return seen;
        pass(POLL_MS);
      }
      throw new Error(`it never came to that: ${JSON.stringify(await look())}`);
    },
    quiet: async () => pass(QUIET_MS),
  };
};
