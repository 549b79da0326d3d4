// A secret as it is against what the row says: the first thing that is wrong, by named checks. Pure.
import type { DriftFinding } from '../journey/drift.ts';
import { TAG_CERTIFICATE, TAG_UID, versionToken } from '../names.ts';
import type { SecretSeen } from './ports.ts';

export interface Expected {
  /** The secret's name. */
  readonly secretName: string;
  readonly certificate: string;
  readonly uid: string;
  readonly versionId: string;
  /** What was current before; a version of ours too. */
  readonly previousVersionId?: string;
  /** KMS key that our secrets are made with; undefined: the account's default key, or any. */
  readonly kmsKeyId?: string;
}

interface Case {
  readonly seen: SecretSeen;
  readonly expected: Expected;
  /** The version with AWSCURRENT. */
  readonly current: string | undefined;
}

const isDeleted = ({ seen, expected }: Case): DriftFinding | undefined =>
  seen.deletedAt === undefined
    ? undefined
    : {
        kind: 'ScheduledForDeletion',
        seen: seen.deletedAt,
        message: `the secret ${expected.secretName} was scheduled for deletion at ${seen.deletedAt}: readers get an error`,
      };

const lacksTags = ({ seen, expected }: Case): DriftFinding | undefined => {
  const wrong = [
    [TAG_CERTIFICATE, expected.certificate],
    [TAG_UID, expected.uid],
  ].filter(([key, value]) => seen.tags[key!] !== value);
  if (wrong.length === 0) return undefined;
  const words = wrong.map(([key, value]) => `${key} = ${value} (is ${seen.tags[key!] ?? 'missing'})`).join(', ');
  return {
    kind: 'TagRemoved',
    seen: words,
    message: `the secret ${expected.secretName} lacks our tags, so that it cannot be written any more: put back ${words}`,
  };
};

const hasNoCurrent = ({ current, expected }: Case): DriftFinding | undefined =>
  current === undefined
    ? {
        kind: 'NoCurrentVersion',
        seen: 'none',
        message: `no version of ${expected.secretName} has AWSCURRENT: readers get an error`,
      }
    : undefined;

const isPlaceholder = ({ current, expected }: Case): DriftFinding | undefined =>
  current === versionToken(expected.uid, 0, 'placeholder')
    ? {
        kind: 'PlaceholderCurrent',
        seen: current,
        message: `AWSCURRENT of ${expected.secretName} is on the placeholder, without key and certificate`,
      }
    : undefined;

const isMoved = ({ current, expected }: Case): DriftFinding | undefined =>
  current === undefined || current !== expected.previousVersionId
    ? undefined
    : {
        kind: 'LabelMoved',
        seen: current,
        message: `AWSCURRENT of ${expected.secretName} was moved to our earlier version ${current}; ours is ${expected.versionId}`,
      };

const isEdited = ({ current, expected }: Case): DriftFinding | undefined =>
  current === undefined || current === expected.versionId
    ? undefined
    : {
        kind: 'EditedByHand',
        seen: current,
        message: `AWSCURRENT of ${expected.secretName} is on version ${current}, which is not of our making; ours is ${expected.versionId} (who: CloudTrail, PutSecretValue and UpdateSecretVersionStage)`,
      };

const keyIdOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

const hasUnusableKey = ({ seen, expected }: Case): DriftFinding | undefined =>
  seen.kmsKeyState === undefined || seen.kmsKeyState === 'Enabled'
    ? undefined
    : {
        kind: 'KmsKeyUnusable',
        seen: `${seen.kmsKeyId ?? 'the key'} ${seen.kmsKeyState}`,
        message: `the KMS key ${seen.kmsKeyId ?? ''} of ${expected.secretName} is ${seen.kmsKeyState}: readers cannot decrypt`,
      };

const hasOtherKey = ({ seen, expected }: Case): DriftFinding | undefined => {
  if (expected.kmsKeyId === undefined) return undefined;
  const key = seen.kmsKeyId ?? 'alias/aws/secretsmanager';
  if (keyIdOf(key) === keyIdOf(expected.kmsKeyId)) return undefined;
  return {
    kind: 'KmsKeyChanged',
    seen: key,
    message: `the secret ${expected.secretName} is now under the KMS key ${key}, not under ${expected.kmsKeyId}: what may decrypt it has changed`,
  };
};

const CHECKS = [isDeleted, lacksTags, hasNoCurrent, isPlaceholder, isMoved, isEdited, hasUnusableKey, hasOtherKey];

/** The first thing that is wrong with a secret, or undefined. `seen` undefined: there is no such secret. */
export const judgeSecret = (seen: SecretSeen | undefined, expected: Expected): DriftFinding | undefined => {
  if (seen === undefined)
    return {
      kind: 'Deleted',
      seen: expected.versionId,
      message: `the secret ${expected.secretName} is gone: readers get an error`,
    };
  const current = Object.keys(seen.versions).find((id) => seen.versions[id]!.includes('AWSCURRENT'));
  const subject: Case = { seen, expected, current };
  for (const check of CHECKS) {
    const finding = check(subject);
    if (finding !== undefined) return finding;
  }
  return undefined;
};
