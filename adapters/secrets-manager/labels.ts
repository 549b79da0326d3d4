// Moves and drops staging labels; each call is a compare-and-set at Secrets Manager's side. It must never read a value.
import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { EvercertError } from '#core/errors.ts';
import type { Ask } from './ask.ts';
import { describe, holderOf } from './opening.ts';

interface LabelMove {
  readonly name: string;
  readonly label: string;
  readonly toVersionId?: string | undefined;
  readonly fromVersionId?: string | undefined;
}

/** False when Secrets Manager refuses because the label (or a version) is not where the move says. */
const update = async (ask: Ask, move: LabelMove): Promise<boolean> => {
  const done = await ask({
    action: 'UpdateSecretVersionStage',
    name: move.name,
    absent: ['InvalidParameterException', 'ResourceNotFoundException'],
    send: (client) =>
      client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: move.name,
          VersionStage: move.label,
          ...(move.toVersionId === undefined ? {} : { MoveToVersionId: move.toVersionId }),
          ...(move.fromVersionId === undefined ? {} : { RemoveFromVersionId: move.fromVersionId }),
        }),
      ),
  });
  return done !== undefined;
};

const labelsNow = async (ask: Ask, name: string): Promise<Readonly<Record<string, readonly string[]>>> =>
  (await describe(ask, name))?.VersionIdsToStages ?? {};

/** AWSCURRENT from one version to another. Errors: SECRET_CONTENTION when it lies elsewhere or the version is gone. */
export const promoteVersion = async (
  ask: Ask,
  { name, versionId, fromVersionId }: { name: string; versionId: string; fromVersionId: string | undefined },
): Promise<void> => {
  const move = { name, label: 'AWSCURRENT', toVersionId: versionId, fromVersionId };
  if (fromVersionId !== versionId && (await update(ask, move))) return;
  const holder = holderOf(await labelsNow(ask, name), 'AWSCURRENT');
  if (holder === versionId) return;
  throw new EvercertError(
    'SECRET_CONTENTION',
    holder === fromVersionId
      ? `the secret ${name} has no version ${versionId} to promote`
      : `AWSCURRENT of ${name} is on ${holder ?? 'no version'}, not on ${fromVersionId ?? 'none'}`,
    { detail: { offenders: [name] } },
  );
};

/** Takes one label off a version; one that is not there is fine. */
export const dropLabel = async (
  ask: Ask,
  { name, label, versionId }: { name: string; label: string; versionId: string },
): Promise<void> => {
  if (await update(ask, { name, label, fromVersionId: versionId })) return;
  if (!(await labelsNow(ask, name))[versionId]?.includes(label)) return;
  throw new EvercertError('SECRET_UNAVAILABLE', `the label ${label} could not be taken off ${versionId} of ${name}`);
};

/** Puts a label of ours on a version, wherever it sits now. Rare: a version that was staged before has lost it. */
export const moveLabel = async (
  ask: Ask,
  { name, label, versionId }: { name: string; label: string; versionId: string },
): Promise<void> => {
  const holder = holderOf(await labelsNow(ask, name), label);
  if (holder === versionId) return;
  if (await update(ask, { name, label, toVersionId: versionId, fromVersionId: holder })) return;
  throw new EvercertError('SECRET_CONTENTION', `the label ${label} of ${name} moved while it was being set`);
};
