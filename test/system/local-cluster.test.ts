// The whole local cloud with Kubernetes: the stack as it is deployed, its schedule, its queues and functions, and real API
// servers with the real operator. What is asserted is what a pod would see.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDelivered } from '#core/bridge/model.ts';
import type { LocalCluster } from '#local/cloud/local-cluster.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { isCurrent } from '#local/cloud/secret-look.ts';
import { startCloud } from '#local/cloud/start.ts';
import type { TargetResult } from '#local/proof/targets.ts';
import { targetResults } from '#local/watch/targets.ts';
import { declarations } from '#test/support/cluster/local-cloud-yaml.ts';
import { until } from '#test/support/e2e/until.ts';

const NAMES = ['shop/everywhere', 'shop/blue-only', 'shop/copied'] as const;
const MINUTES = 60_000;

let cloud: Cloud;

const cluster = (name: string): LocalCluster => cloud.clusters.find(({ settings }) => settings.name === name)!;

/** Of what is current now. */
const targetsOf = async (name: string): Promise<readonly TargetResult[]> => {
  const declared = cloud.declared.catalogue.certificates.find((one) => one.name === name)!;
  const versions = await cloud.versions(name);
  const versionId = versions.find(isCurrent)?.versionId ?? '';
  return targetResults(cloud, declared, { versions, versionId, promotedAt: undefined }) ?? [];
};

const places = (targets: readonly TargetResult[]): readonly string[] =>
  targets.map(({ cluster, namespace, secret }) => `${cluster}/${namespace}/${secret}`);

/** At its revision: proven by sync in the ledger, and by the Secrets' own bytes. */
const untilDelivered = (name: string, revision: number, deadlineMs = 3 * MINUTES): Promise<readonly TargetResult[]> =>
  until(
    cloud,
    `${name} is delivered everywhere at revision ${revision}`,
    async ({ rows, deliveries }) => {
      const isThere = (rows.get(name)?.progress.current?.revision ?? 0) >= revision;
      const known = deliveries.get(name) ?? [];
      if (!isThere || known.length === 0 || !known.every(isDelivered)) return undefined;
      const targets = await targetsOf(name);
      return targets.length > 0 && targets.every(({ ok }) => ok) ? targets : undefined;
    },
    deadlineMs,
  );

const delivered = async (name: string, on: string) =>
  ((await cloud.look()).deliveries.get(name) ?? []).find(({ target }) => target.cluster === on);

beforeAll(async () => {
  cloud = await startCloud({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    hostEnv: process.env,
    reporter: ({ step, text }) => console.error(`${step}: ${text}`),
    name: 'local-cluster',
    declarations: declarations({ renewals: 0 }),
    kubernetes: ['blue', 'green'],
  });
}, 25 * MINUTES);

afterAll(() => cloud?.stop());

describe('certificates of one deploy', () => {
  it('are delivered to every cluster and namespace that is declared, copies by labels too, and proven by their bytes', async () => {
    const found = await Promise.all(NAMES.map((name) => untilDelivered(name, 1)));
    expect(found.map(places)).toEqual([
      ['blue/shop/everywhere-tls', 'green/shop/everywhere-tls'],
      ['blue/shop/blue-only-tls', 'blue/web/blue-only-tls'],
      ['blue/copies-1/copied-tls'],
    ]);
    const current = (await cloud.versions('shop/everywhere')).find(isCurrent)!;
    for (const { fingerprint, versionId } of found[0]!)
      expect({ fingerprint, versionId }).toEqual({ fingerprint: current.fingerprint, versionId: current.versionId });
  });
});

describe('a renewal while one cluster is down', () => {
  beforeAll(async () => {
    await cluster('green').running.server.pause();
    await cloud.deploy(declarations({ renewals: 1 }));
  }, 5 * MINUTES);

  it('is issued, and the other cluster is not held up', async () => {
    await untilDelivered('shop/blue-only', 2);
    const blue = await until(cloud, 'blue holds the second version', async ({ deliveries }) => {
      const known = (deliveries.get('shop/everywhere') ?? []).find(({ target }) => target.cluster === 'blue');
      return known?.wanted.revision === 2 && isDelivered(known) ? known : undefined;
    });
    const [onBlue] = await targetsOf('shop/everywhere');
    expect({ place: onBlue?.cluster, ok: onBlue?.ok, versionId: onBlue?.versionId }).toEqual({
      place: 'blue',
      ok: true,
      versionId: blue.wanted.versionId,
    });
  });

  it('lies in the ledger as not delivered, with the cluster as the reason', async () => {
    const green = await until(cloud, 'green is told to be down', async ({ deliveries }) => {
      const known = (deliveries.get('shop/everywhere') ?? []).find(({ target }) => target.cluster === 'green');
      return known?.failure === undefined ? undefined : known;
    });
    expect(green.failure?.code).toBe('CLUSTER_UNREACHABLE');
    expect(isDelivered(green)).toBe(false);
  });

  it(
    'reaches the cluster by the sweep once it is back',
    async () => {
      await cluster('green').running.server.resume();
      await untilDelivered('shop/everywhere', 2, 6 * MINUTES);
      expect((await delivered('shop/everywhere', 'green'))?.failure).toBeUndefined();
    },
    7 * MINUTES,
  );
});

describe('a changed catalogue', () => {
  it(
    'takes away what is no longer declared, and leaves the Secret where it is',
    async () => {
      await cloud.deploy(declarations({ renewals: 1, without: 'blue-only' }));
      const { admin } = cluster('blue').running.server;
      const at = '/namespaces/shop';
      const gone = await admin({
        method: 'GET',
        path: `/apis/external-secrets.io/v1${at}/externalsecrets/blue-only-tls`,
      });
      const kept = await admin({ method: 'GET', path: `/api/v1${at}/secrets/blue-only-tls` });
      expect([gone.status, kept.status]).toEqual([404, 200]);
    },
    5 * MINUTES,
  );
});
