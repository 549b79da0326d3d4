// The bridge on a stage of real parts: the core's sync with the real cluster, and a ledger in memory. It must never mend
// what sync does not.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eksClusterApi } from '#adapters/eks/cluster-api.ts';
import type { AskCluster } from '#adapters/eks/request.ts';
import { eksWorkloads } from '#adapters/eks/workloads.ts';
import type { Delivery, DeliverySpec, Target } from '#core/bridge/model.ts';
import { type SyncReport, type SyncRequest, sync } from '#core/bridge/sync.ts';
import { shardOf } from '#core/names.ts';
import type { Log } from '#core/ports.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import { type FakeBus, fakeBus } from '#test/support/fake-bus.ts';
import { type FakeLedger, fakeLedger } from '#test/support/fake-ledger.ts';
import { type Issued, issue } from './issued.ts';
import { CLUSTER, type Stage } from './stage.ts';

export interface Bridge {
  readonly ledger: FakeLedger;
  readonly bus: FakeBus;
  /** All that sync logged, as JSON lines. */
  readonly lines: readonly string[];
  /** Declares a certificate `namespace/name` whose Secret is called `<name>-tls`. */
  readonly declare: (certificate: string, delivery?: Partial<DeliverySpec>) => Promise<void>;
  /** Makes a new pair AWSCURRENT, and aims at every place that the declaration names. */
  readonly issue: (certificate: string) => Promise<Issued>;
  /** Aims at what is AWSCURRENT already. */
  readonly aim: (certificate: string, issued: Issued) => Promise<void>;
  /** One invocation of the sync function. */
  readonly sync: (request: Partial<SyncRequest>, ask?: AskCluster) => Promise<SyncReport>;
  /** As if the time of every target had come. */
  readonly again: (ask?: AskCluster) => Promise<SyncReport>;
  readonly target: (certificate: string, namespace?: string) => Delivery;
}

const PREFIX = 'evercert';

export const secretNameOf = (certificate: string): string => `${PREFIX}/${certificate}`;

const memoryLog = (): { log: Log; lines: string[] } => {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      lines.push(JSON.stringify({ level, message, ...fields }));
    };
  return { log: { info: at('info'), warn: at('warn'), error: at('error') }, lines };
};

const namespaceOf = (certificate: string): string => certificate.split('/')[0]!;

const targetsOf = (certificate: string, spec: DeliverySpec): readonly Target[] => {
  const secret = `${certificate.split('/')[1]}-tls`;
  const copied = spec.namespaceSelector !== undefined;
  const kind = copied ? 'ClusterExternalSecret' : 'ExternalSecret';
  return (copied ? ['*'] : spec.namespaces).map((namespace) => ({
    certificate,
    cluster: CLUSTER,
    namespace,
    secret,
    kind,
  }));
};

/** A row of the ledger with this delivery. */
const declare = async (ledger: FakeLedger, certificate: string, delivery: DeliverySpec): Promise<void> => {
  const made = declaredCertificate({ name: certificate, hash: randomUUID() });
  const declared = { ...made, certificate: { ...made.certificate, delivery } };
  const rows = await ledger.declaredRows.listShard(shardOf(certificate));
  const seen = rows.find(({ name }) => name === certificate);
  await ledger.declaredRows.declare({ declared, seen, uid: randomUUID(), now: new Date() });
};

/** `now` may run ahead, so that a failed target's time has come. */
const clockAhead = () => {
  const clock = { aheadMs: 0, now: () => new Date(Date.now() + clock.aheadMs) };
  return clock;
};

/** The bridge to the stage's cluster. */
export const bridgeOn = (stage: Stage): Bridge => {
  const ledger = fakeLedger();
  const bus = fakeBus();
  const { log, lines } = memoryLog();
  const clock = clockAhead();
  const specs = new Map<string, DeliverySpec>();
  let revision = 0;
  const aim: Bridge['aim'] = async (certificate, { versionId, fingerprint }) => {
    const since = clock.now().toISOString();
    const wanted = { revision: ++revision, versionId, fingerprint, since };
    for (const target of targetsOf(certificate, specs.get(certificate)!))
      await ledger.deliveryAims.aim({ target, wanted, tryAt: since });
  };
  const run: Bridge['sync'] = (request, ask = stage.ask) => {
    const ports = {
      clock,
      timer: { sleep: (ms: number) => delay(ms) },
      deliveries: ledger.deliveries,
      aims: ledger.deliveryAims,
      rows: ledger.rowReader,
      api: eksClusterApi(ask),
      workloads: eksWorkloads(ask),
      bus,
      log,
    };
    const settings = {
      cluster: { name: CLUSTER, store: { kind: 'ClusterSecretStore', name: 'evercert' } },
      prefix: PREFIX,
    };
    const deadline = new Date(clock.now().getTime() + 120_000);
    return sync(ports, settings, { certificates: [], wake: false, ...request }, deadline);
  };
  return {
    ledger,
    bus,
    lines,
    declare: async (certificate, delivery = {}) => {
      const spec = { clusters: [CLUSTER], namespaces: [namespaceOf(certificate)], ...delivery };
      specs.set(certificate, spec);
      await declare(ledger, certificate, spec);
    },
    issue: async (certificate) => {
      const issued = await issue(`${certificate.split('/')[1]}.example.com`);
      await stage.put(secretNameOf(certificate), issued);
      await aim(certificate, issued);
      return issued;
    },
    aim,
    sync: run,
    again: (ask) => {
      clock.aheadMs += 2 * 3_600_000;
      return run({ wake: true }, ask);
    },
    target: (certificate, namespace = namespaceOf(certificate)) => {
      const found = ledger
        .targets()
        .find(({ target }) => target.certificate === certificate && target.namespace === namespace);
      if (found === undefined) throw new Error(`no target of ${certificate} in ${namespace}`);
      return found;
    },
  };
};
