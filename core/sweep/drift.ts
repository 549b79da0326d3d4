// The daily look at a secret, by its description alone: no value, so no key, is ever read here. What is found is written
// down; a run is started only where something is to be announced or repaired.
import { passwordsRead } from '../certificate/outputs.ts';
import { cleared, drifted, nextCheckAt, wantsRun } from '../journey/drift.ts';
import { leftOver } from '../journey/leftover.ts';
import type { CertificateRow, Progress } from '../journey/rows.ts';
import type { Timers } from '../journey/timers.ts';
import { certificateSecret, isOurLabel, referenceSecret } from '../names.ts';
import type { Log } from '../ports.ts';
import { judgeSecret } from './judge-secret.ts';
import type { KeyStates, SecretLook, SecretSeen, SecretSharing } from './ports.ts';
import { type Look, timersOf } from './watch.ts';

export interface DriftPorts {
  readonly secrets: SecretLook;
  readonly keyStates: KeyStates;
  readonly sharing: SecretSharing;
  readonly log: Log;
}

export interface DriftSettings {
  readonly prefix: string;
  /** KMS key that secrets are made with. */
  readonly secretsKmsKeyArn?: string | undefined;
}

/** Labels of ours that no issuance needs any more: a row at rest needs none, one with work kept those of its revision. */
const strayLabels = (row: CertificateRow, seen: SecretSeen | undefined): readonly string[] => {
  const labels = Object.values(seen?.versions ?? {}).flat();
  const kept = row.progress.work?.revision;
  return labels.filter((label) => isOurLabel(label) && !new RegExp(`^evercert-r${kept}(-key)?$`).test(label));
};

const withStray = (progress: Progress, stray: readonly string[], now: Date): Progress =>
  stray.length === 0
    ? progress
    : { ...progress, leftover: leftOver(progress.leftover, { labels: true, tryAt: now }, now) };

const withDrift = ({ drift: _before, ...progress }: Progress, drift: Progress['drift']): Progress =>
  drift === undefined ? progress : { ...progress, drift };

/** The state of our own key: of a key of somebody else's we are not told. */
const withKeyState = async (
  { keyStates }: DriftPorts,
  { secretsKmsKeyArn }: DriftSettings,
  seen: SecretSeen | undefined,
): Promise<SecretSeen | undefined> => {
  if (seen?.kmsKeyId === undefined || secretsKmsKeyArn === undefined) return seen;
  const kmsKeyState = await keyStates.state(secretsKmsKeyArn);
  return kmsKeyState === undefined ? seen : { ...seen, kmsKeyState };
};

/** The current version of a password's secret; undefined: none, or it cannot be looked at, which holds up nothing else. */
const versionOf = async ({ secrets, log }: DriftPorts, secret: string): Promise<string | undefined> => {
  const [looked] = await Promise.allSettled([secrets.look(secret)]);
  if (looked.status === 'rejected') log.warn('the secret of a password is not seen', { secret, error: looked.reason });
  const { versions = {} } = (looked.status === 'fulfilled' && looked.value) || {};
  return Object.keys(versions).find((id) => versions[id]!.includes('AWSCURRENT'));
};

/** Whether what keystore passwords were read from has a new version: at most two more looks. */
const withPasswords = async (
  ports: DriftPorts,
  { prefix }: DriftSettings,
  { declared, progress: before }: CertificateRow,
  { passwordVersions: _old, ...progress }: Progress,
): Promise<{ progress: Progress; changed: boolean }> => {
  const versions: Record<string, string> = {};
  for (const { name, versionId } of passwordsRead(before.current?.rendered ?? { encoding: '' })) {
    const current = await versionOf(ports, referenceSecret(prefix, declared.certificate.namespace, name));
    if (current !== undefined && current !== versionId) versions[name] = current;
  }
  const changed = Object.keys(versions).length > 0;
  return { progress: changed ? { ...progress, passwordVersions: versions } : progress, changed };
};

/** A secret that is as it should be is shared as it should be: what a crash or a new setting has left is made up for. */
const withSharing = async (
  { sharing, log }: DriftPorts,
  secret: { name: string; certificate: string },
): Promise<void> => {
  if (await sharing.keep(secret)) log.info('a secret is shared as is set', secret);
};

/** Looks at one row's secret. Errors: SECRET_DENIED, SECRET_UNAVAILABLE. */
export const secretLook =
  (ports: DriftPorts, settings: DriftSettings): Look =>
  async (row, now) => {
    const { checkAt: _due, ...others } = timersOf(row);
    const { current, previousVersionId } = row.progress;
    if (current === undefined || row.retiredAt !== undefined) return { progress: row.progress, timers: others };
    const name = certificateSecret(settings.prefix, row.name);
    const seen = await withKeyState(ports, settings, await ports.secrets.look(name));
    const finding = judgeSecret(seen, {
      secretName: name,
      certificate: row.name,
      uid: row.uid,
      versionId: current.versionId,
      ...(previousVersionId === undefined ? {} : { previousVersionId }),
      ...(settings.secretsKmsKeyArn === undefined ? {} : { kmsKeyId: settings.secretsKmsKeyArn }),
    });
    if (finding === undefined) await withSharing(ports, { name, certificate: row.name });
    const { onDrift } = row.declared.certificate;
    const before = row.progress.drift;
    const drift = finding === undefined ? cleared(before, now) : drifted(before, finding, { now, onDrift });
    const isNew = drift !== undefined && drift.occurrence !== before?.occurrence;
    if (isNew) ports.log.warn('a secret has drifted', { certificate: row.name, ...drift });
    const looked = withStray(withDrift(row.progress, drift), strayLabels(row, seen), now);
    const { progress, changed } = await withPasswords(ports, settings, row, looked);
    const startNow = changed || wantsRun(drift) || progress.leftover?.labels === true;
    const timers: Timers = {
      ...others,
      ...(startNow ? { startAt: now.toISOString() } : {}),
      checkAt: nextCheckAt(row.name, now).toISOString(),
    };
    return { progress, timers, counts: { checked: 1, drifted: isNew ? 1 : 0 } };
  };
