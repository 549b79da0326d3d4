// Measures how long Kubernetes Secrets lag behind AWSCURRENT, on a local cloud with a cluster: pushed by the sync function, and
// by the operator's polling alone. It must never know of targets, nor count a certificate that was not proven.
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamodbRenewalMarks } from '#adapters/dynamodb/renewal-marks.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../cloud/clients.ts';
import { applyManifests } from '../../cloud/cluster-manifests.ts';
import { LOCAL_CLUSTER, type LocalCluster } from '../../cloud/local-cluster.ts';
import type { Cloud, CloudOptions } from '../../cloud/options.ts';
import { startCloud } from '../../cloud/start.ts';
import { warmedUp } from '../bench.ts';
import { BENCH_ZONES, certificatesLike, declareRows, WARM_UP_YAML, WARM_UPS } from '../declarations.ts';
import { rounded } from '../statistics.ts';
import { type Series, untilArrived } from './arrivals.ts';
import { type DeliveryResult, lateness, polling } from './result.ts';

const CERTIFICATES = 20;
/** Short, so that the benchmark ends: the operator's default is an hour. */
const POLLING_SECONDS = 10;
const SWEEP_PERIOD_MINUTES = 60;

type Options = Pick<CloudOptions, 'root' | 'hostEnv' | 'reporter'>;

/** Due at once, and carried by one sweep. */
const issue = async ({ cloud, certificates }: Series): Promise<void> => {
  await declareRows({ endpoint: cloud.emulator.endpoint, tableName: cloud.outputs.tableName }, certificates);
  await cloud.invokeSweep();
};

const renew = async ({ cloud, certificates }: Series): Promise<void> => {
  const client = new DynamoDBClient({
    endpoint: cloud.emulator.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const marks = dynamodbRenewalMarks({
    client: DynamoDBDocumentClient.from(client),
    tableName: cloud.outputs.tableName,
  });
  for (const { name } of certificates) await marks.request({ name, now: new Date() });
  client.destroy();
  await cloud.invokeSweep();
};

/** Nothing is at work any more that would disturb the next series. */
const untilAtRest = async ({ cloud, certificates }: Series): Promise<void> => {
  for (;;) {
    const { rows } = await cloud.look();
    if (certificates.every(({ name }) => rows.get(name)?.progress.endedRun === rows.get(name)?.run)) return;
    await delay(500);
  }
};

const measured = async (series: Series, begin: (series: Series) => Promise<void>): Promise<readonly number[]> => {
  series.cloud.gateway.reset();
  const [ms] = await Promise.all([untilArrived(series), begin(series)]);
  await untilAtRest(series);
  return ms;
};

const applied = async ({ cloud, cluster, certificates }: Series): Promise<void> => {
  await applyManifests([cluster], { catalogue: { hash: '', certificates }, prefix: cloud.outputs.secretsPrefix });
};

const pushed = async (series: Series): Promise<Pick<DeliveryResult, 'first' | 'renewal'>> => {
  await applied(series);
  const first = await measured(series, issue);
  return { first: lateness(first), renewal: lateness(await measured(series, renew)) };
};

/**
 * Rows without delivery: no event names the cluster. Their ExternalSecrets are applied one by one over a whole interval, since
 * the operator looks at each by the time of its own first look.
 */
const polled = async (series: Series, rows: readonly DeclaredCertificate[]): Promise<DeliveryResult['polling']> => {
  const { cluster, certificates } = series;
  await issue({ ...series, certificates: rows });
  await untilAtRest(series);
  const settings = { ...cluster.settings, refreshInterval: `${POLLING_SECONDS}s` };
  for (const one of certificates) {
    await applied({ ...series, cluster: { ...cluster, settings }, certificates: [one] });
    await delay((POLLING_SECONDS * 1_000) / certificates.length);
  }
  return polling(await measured(series, renew), POLLING_SECONDS);
};

const withoutDelivery = (pattern: DeclaredCertificate): DeclaredCertificate => {
  const { delivery: _nobodyPushes, ...certificate } = pattern.certificate;
  return { ...pattern, certificate };
};

const allSeries = async (cloud: Cloud, cluster: LocalCluster, { reporter }: Options): Promise<DeliveryResult> => {
  const pattern = await warmedUp(cloud, WARM_UPS.acme);
  const told = (text: string, { p95Seconds }: { readonly p95Seconds: number }): void =>
    reporter({ step: 'bench', text: `${CERTIFICATES} Secrets, ${text}: p95 ${rounded(p95Seconds, 2)} s` });
  const asked = { series: 'pushed', count: CERTIFICATES };
  const push = await pushed({ cloud, cluster, certificates: certificatesLike(pattern, asked) });
  told('first', push.first);
  told('renewed', push.renewal);
  const other = { series: 'polled', count: CERTIFICATES };
  const polling = await polled(
    { cloud, cluster, certificates: certificatesLike(pattern, other) },
    certificatesLike(withoutDelivery(pattern), other),
  );
  told(`by a polling of ${POLLING_SECONDS} s alone`, polling);
  return { certificates: CERTIFICATES, ...push, polling };
};

/** Starts a local cloud with a cluster, measures, and ends it. Errors: BenchFailed, and those of `startCloud`. */
export const measureDelivery = async (options: Options): Promise<DeliveryResult> => {
  const { root, hostEnv, reporter } = options;
  const cloud = await startCloud({
    root,
    hostEnv,
    reporter,
    name: 'bench-delivery',
    declarations: { files: [{ file: 'bench.yaml', text: WARM_UP_YAML }] },
    zones: BENCH_ZONES,
    kubernetes: [LOCAL_CLUSTER],
    settings: { sweepPeriodMinutes: SWEEP_PERIOD_MINUTES },
    pebble: { nonceRejectPercent: 0, authorizationReusePercent: 0 },
  });
  try {
    return await allSeries(cloud, cloud.clusters[0]!, options);
  } finally {
    await cloud.stop();
  }
};
