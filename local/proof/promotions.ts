// When a version became AWSCURRENT, by the gateway's record of the call that did it. Pure; it must never guess: what was not
// recorded is not known.
import type { RecordedCall } from '../gateway/calls.ts';

export interface Promotion {
  readonly versionId: string;
  /** When the call's answer had ended. */
  readonly at: Date;
}

const promotes = ({ action, resource, status }: RecordedCall): boolean =>
  status === 200 &&
  // A new secret's first value is current from its birth.
  (action === 'secretsmanager:CreateSecret' ||
    (action === 'secretsmanager:UpdateSecretVersionStage' && resource.versionStage === 'AWSCURRENT'));

/** The last time; undefined: not seen. */
export const promotedAt = (
  calls: readonly RecordedCall[],
  { secret, versionId }: { readonly secret: string; readonly versionId: string },
): Date | undefined => {
  const call = calls.findLast(
    (one) => promotes(one) && one.resource.secretId === secret && one.resource.versionId === versionId,
  );
  return call && new Date(call.at);
};

/** Secret -> the last of its promotions. */
export const promotions = (calls: readonly RecordedCall[]): ReadonlyMap<string, Promotion> =>
  new Map(
    calls.filter(promotes).flatMap(({ resource: { secretId, versionId }, at }) => {
      return secretId === undefined || versionId === undefined ? [] : [[secretId, { versionId, at: new Date(at) }]];
    }),
  );
