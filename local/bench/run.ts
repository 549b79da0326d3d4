// One repetition of a run: certificates become due together, the sweep is invoked, and all is counted until the last
// execution has ended. It must never know of targets.
import { setTimeout as delay } from 'node:timers/promises';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import type { CertificateRow } from '#core/journey/row.ts';
import { certificateSecret } from '#core/names.ts';
import type { Cloud } from '../cloud/options.ts';
import type { RecordedCall } from '../gateway/calls.ts';
import { acmeRequests } from './acme-log.ts';
import { certificatesLike, declareRows } from './declarations.ts';
import { stepsOfRows } from './executions.ts';
import { watchUsage } from './processes.ts';
import type { Measured, PerCertificate } from './result.ts';

const LOOK_MS = 200;
const LEDGER_EVERY = 25;
const PATIENCE_MS = 10 * 60_000;

/** Something was not issued; the message says what. */
export class BenchFailed extends Error {
  override readonly name = 'BenchFailed';
}

/**
 * Secret -> ms since `from` when its AWSCURRENT had been moved. Of an issuer that signs here a new secret begins with the
 * certificate; of others with a placeholder.
 */
export const promotions = (
  calls: readonly RecordedCall[],
  from: number,
  born: 'placeholder' | 'certificate' = 'placeholder',
): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const { action, resource, status, at } of calls) {
    const moved =
      (action === 'secretsmanager:UpdateSecretVersionStage' && resource.versionStage === 'AWSCURRENT') ||
      (born === 'certificate' && action === 'secretsmanager:CreateSecret');
    const secret = resource.secretId;
    if (!moved || status !== 200 || secret === undefined || times.has(secret)) continue;
    times.set(secret, new Date(at).getTime() - from);
  }
  return times;
};

/** Calls of the functions by service; what the deployment or the benchmark asks is not theirs. */
export const callsOfFunctions = (
  calls: readonly RecordedCall[],
): Omit<PerCertificate, 'acme' | 'transitions' | 'invocations'> => {
  const own = calls.filter(({ appId }) => appId === 'evercert-sweep' || appId === 'evercert-advance');
  const of = (service: string): number => own.filter((call) => call.service === service).length;
  const starts = own.filter(({ action }) => action === 'states:StartExecution').length;
  const ofAdvance = own.filter(({ appId }) => appId === 'evercert-advance').length;
  return {
    route53: of('route53'),
    secretsmanager: of('secretsmanager'),
    dynamodb: of('dynamodb'),
    states: starts,
    events: of('events'),
    // Each start is booked in its row by one write; the sweep's other calls are the same for any number.
    aws: ofAdvance + 2 * starts,
  };
};

const failureOf = (rows: readonly CertificateRow[]): string | undefined => {
  const failed = rows.find(({ progress }) => progress.failure !== undefined);
  return failed && `${failed.name}: ${failed.progress.failure!.code}: ${failed.progress.failure!.message}`;
};

const rowsOf = async (cloud: Cloud, certificates: readonly DeclaredCertificate[]): Promise<CertificateRow[]> => {
  const { rows } = await cloud.look();
  const found = certificates.flatMap(({ name }) => rows.get(name) ?? []);
  const failure = failureOf(found);
  if (failure !== undefined) throw new BenchFailed(failure);
  return found;
};

/** Released, and by the run that was started last: nothing of it is at work any more. */
const isAtRest = ({ progress, run, leaseUntil }: CertificateRow): boolean =>
  progress.current !== undefined &&
  progress.work === undefined &&
  progress.endedRun === run &&
  leaseUntil === undefined;

const untilCurrent = async (
  cloud: Cloud,
  certificates: readonly DeclaredCertificate[],
  from: number,
): Promise<readonly number[]> => {
  const secrets = certificates.map(({ name }) => certificateSecret(cloud.outputs.secretsPrefix, name));
  for (let looks = 1; Date.now() - from < PATIENCE_MS; looks++) {
    const born = certificates[0]?.issuer.type === 'ca' ? 'certificate' : 'placeholder';
    const times = promotions(cloud.gateway.calls(), from, born);
    const wallMs = secrets.flatMap((secret) => times.get(secret) ?? []);
    if (wallMs.length === secrets.length) return wallMs;
    // Rarely, because a look at the ledger is work for the emulator that is being measured.
    if (looks % LEDGER_EVERY === 0) await rowsOf(cloud, certificates);
    await delay(LOOK_MS);
  }
  throw new BenchFailed(
    `not all of ${certificates.length} certificates were current within ${PATIENCE_MS / 60_000} min`,
  );
};

const untilAtRest = async (cloud: Cloud, certificates: readonly DeclaredCertificate[]): Promise<CertificateRow[]> => {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(LOOK_MS)) {
    const rows = await rowsOf(cloud, certificates);
    if (rows.length === certificates.length && rows.every(isAtRest)) return rows;
  }
  throw new BenchFailed('an execution did not come to its end');
};

/** Issues `count` certificates at once, and gives what that took. Errors: BenchFailed, and those of the sweep. */
export const measure = async (
  cloud: Cloud,
  pattern: DeclaredCertificate,
  request: { readonly series: string; readonly count: number },
): Promise<Measured> => {
  const certificates = certificatesLike(pattern, request);
  const { tableName, stateMachineArn } = cloud.outputs;
  await declareRows({ endpoint: cloud.emulator.endpoint, tableName }, certificates);
  cloud.gateway.reset();
  const acmeBefore = acmeRequests(cloud.pebble.logFile);
  const usage = watchUsage(cloud.emulator.pid);
  const from = Date.now();
  try {
    const [wallMs] = await Promise.all([untilCurrent(cloud, certificates, from), cloud.invokeSweep()]);
    const rows = await untilAtRest(cloud, certificates);
    const used = usage.stop();
    const calls = callsOfFunctions(cloud.gateway.calls());
    const acme = acmeRequests(cloud.pebble.logFile) - acmeBefore;
    const steps = await stepsOfRows({ client: cloud.directClients.sfn, stateMachineArn }, rows);
    return { wallMs, totals: { acme, ...calls, ...steps }, ...used };
  } finally {
    usage.stop();
  }
};
