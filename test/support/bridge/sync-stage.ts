// One cluster's sync on the fakes under one virtual clock: the ledger, a cluster with its operator, the bus. It must never touch
// a socket or the real time.
import type { Delivery, DeliverySpec, Target } from '#core/bridge/model.ts';
import { type SyncPorts, type SyncReport, type SyncRequest, sync } from '#core/bridge/sync.ts';
import type { CertificateSpec } from '#core/declaration/model.ts';
import { sha256Hex, shardOf } from '#core/names.ts';
import type { Log } from '#core/ports.ts';
import { FakeCluster } from '#test/support/cluster/fake-cluster.ts';
import { type Issued, issue } from '#test/support/cluster/issued.ts';
import { clusterStore, companion, externalSecret } from '#test/support/cluster/manifests.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import { fakeBus } from '#test/support/fake-bus.ts';
import { fakeLedger } from '#test/support/fake-ledger.ts';
import { type Hook, noHook } from '#test/support/hooks.ts';

export const BLUE = 'blue';
const SETTINGS = {
  cluster: { name: BLUE, store: { kind: 'ClusterSecretStore', name: 'evercert' } },
  prefix: 'evercert',
};

/** Fresh pairs are made once a process: a test of many kills needs the same few again and again. */
const pairs: Promise<Issued>[] = [];
export const pair = (n: number): Promise<Issued> => {
  pairs[n] ??= issue(`v${n}.example.com`);
  return pairs[n];
};

export const secretOf = (certificate: string): string => `evercert/${certificate}`;
export const tlsSecretOf = (certificate: string): string => `${certificate.split('/')[1]}-tls`;

const memoryLog = () => {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      lines.push(
        JSON.stringify({ level, message, ...fields }, (_key, value: unknown) =>
          value instanceof Error ? { ...value, message: value.message } : value,
        ),
      );
    };
  const log: Log = { info: at('info'), warn: at('warn'), error: at('error') };
  return { log, lines };
};

const namespace = (name: string, labels: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

/** A stage with the namespaces `shop` (label team=web), `pay` (the same) and `ops`, and a store. `faults.hook` may be replaced while it runs. */
export const syncStage = () => {
  let now = Date.UTC(2026, 10, 25, 12);
  const faults: { hook: Hook } = { hook: noHook };
  const hook: Hook = (call) => faults.hook(call);
  const clock = { now: () => new Date(now) };
  const values = new Map<string, string>();
  const specs = new Map<string, DeliverySpec>();
  const revisions = new Map<string, number>();
  const refused = { aws: undefined as string | undefined };
  const value = (secret: string) => {
    if (refused.aws !== undefined) throw new Error(refused.aws);
    return values.get(secret);
  };
  const cluster = new FakeCluster({ clock, hook, value });
  const ledger = fakeLedger({ hook });
  const bus = fakeBus({ hook });
  const { log, lines } = memoryLog();
  cluster.apply(
    clusterStore(),
    namespace('shop', { team: 'web' }),
    namespace('pay', { team: 'web' }),
    namespace('ops', {}),
  );

  const pass = (ms: number): void => {
    now += ms;
    cluster.operator.settle();
  };
  const targetsOf = (certificate: string): readonly Target[] => {
    const { namespaces, namespaceSelector } = specs.get(certificate)!;
    const kind = namespaceSelector === undefined ? 'ExternalSecret' : 'ClusterExternalSecret';
    return (kind === 'ExternalSecret' ? namespaces : ['*']).map((place) => ({
      certificate,
      cluster: BLUE,
      namespace: place,
      secret: tlsSecretOf(certificate),
      kind,
    }));
  };
  const declare = async (
    certificate: string,
    delivery: Partial<DeliverySpec> = {},
    more: Partial<CertificateSpec> = {},
  ): Promise<void> => {
    const spec = { clusters: [BLUE], namespaces: [certificate.split('/')[0]!], ...delivery };
    specs.set(certificate, spec);
    const hash = sha256Hex(JSON.stringify([certificate, spec, more]));
    const made = declaredCertificate({ name: certificate, hash });
    const declared = { ...made, certificate: { ...made.certificate, delivery: spec, ...more } };
    const rows = await ledger.declaredRows.listShard(shardOf(certificate));
    const seen = rows.find(({ name }) => name === certificate);
    await ledger.declaredRows.declare({ declared, seen, uid: 'uid', now: clock.now() });
  };
  /** What the GitOps repository holds: both objects of each namespace. */
  const applyManifests = (
    certificate: string,
    places: readonly string[] = specs.get(certificate)!.namespaces,
  ): void => {
    for (const place of places) {
      const at = { namespace: place, name: tlsSecretOf(certificate), key: secretOf(certificate) };
      cluster.apply(externalSecret(at), companion(at));
    }
  };
  /** AWSCURRENT becomes pair `n`, and each target is aimed at it. */
  const store = async (certificate: string, n: number): Promise<Issued> => {
    const issued = await pair(n);
    values.set(secretOf(certificate), issued.value.open());
    const revision = (revisions.get(certificate) ?? 0) + 1;
    revisions.set(certificate, revision);
    const { versionId, fingerprint } = issued;
    const wanted = { revision, versionId, fingerprint, since: clock.now().toISOString() };
    const tryAt = new Date(now + 60_000).toISOString();
    for (const target of targetsOf(certificate)) await ledger.deliveryAims.aim({ target, wanted, tryAt });
    return issued;
  };
  const ports = (): SyncPorts => ({
    clock,
    timer: { sleep: async (ms: number) => pass(ms) },
    deliveries: ledger.deliveries,
    aims: ledger.deliveryAims,
    rows: ledger.rowReader,
    api: cluster.api,
    workloads: cluster.workloads,
    bus,
    log,
  });
  const invoke = (request: Partial<SyncRequest>, deadlineMs = 120_000, own: SyncPorts = ports()): Promise<SyncReport> =>
    sync(own, SETTINGS, { certificates: [], wake: false, ...request }, new Date(now + deadlineMs));
  return {
    cluster,
    ledger,
    bus,
    lines,
    faults,
    refused,
    clock,
    pass,
    declare,
    applyManifests,
    store,
    ports,
    invoke,
    values,
    /** Declared, in the cluster, with pair 0 delivered. */
    async settled(certificate: string, delivery: Partial<DeliverySpec> = {}, more: Partial<CertificateSpec> = {}) {
      await declare(certificate, delivery, more);
      applyManifests(certificate);
      await store(certificate, 0);
      pass(1_000);
      await invoke({ certificates: [certificate] });
    },
    item: async (certificate: string, place = specs.get(certificate)!.namespaces[0] ?? '*'): Promise<Delivery> => {
      const found = await ledger.deliveries.read({ certificate, cluster: BLUE, namespace: place });
      if (found === undefined) throw new Error(`no target ${certificate} in ${place}`);
      return found;
    },
    told: (detailType: string) => bus.published().filter((event) => event.detailType === detailType),
    /** Annotation of an ExternalSecret, or of a ClusterExternalSecret. */
    annotation: (name: string, place: string | undefined, annotation: string): string | undefined =>
      cluster.objects.get(
        place === undefined
          ? { kind: 'ClusterExternalSecret', name }
          : { kind: 'ExternalSecret', namespace: place, name },
      )?.metadata.annotations?.[annotation],
  };
};

export type SyncStage = ReturnType<typeof syncStage>;
