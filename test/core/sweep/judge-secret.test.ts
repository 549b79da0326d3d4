// A secret against its row, as a table: what is found, and what is no finding.
import { describe, expect, it } from 'vitest';
import { type Expected, judgeSecret } from '#core/sweep/judge-secret.ts';
import type { SecretSeen } from '#core/sweep/ports.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d';
const expected: Expected = {
  secretName: 'evercert/default/web',
  certificate: 'default/web',
  uid: 'u-1',
  versionId: 'ours-2',
  previousVersionId: 'ours-1',
  kmsKeyId: KEY,
};
/** versionToken('u-1', 0, 'placeholder'). */
const PLACEHOLDER = 'd749d75704d7ada25ffcc709f500872e273db76573b6c18782b704f08bb632d4';
const tags = { 'evercert.dev/uid': 'u-1', 'evercert.dev/certificate': 'default/web' };
const sound: SecretSeen = {
  versions: { 'ours-2': ['AWSCURRENT'], 'ours-1': ['AWSPREVIOUS'] },
  tags,
  kmsKeyId: KEY,
};

describe('a secret', () => {
  it.each<[string, SecretSeen]>([
    ['is as it was left', sound],
    ['has no earlier version any more', { ...sound, versions: { 'ours-2': ['AWSCURRENT'] } }],
    [
      'has versions of somebody else that are not current',
      { ...sound, versions: { ...sound.versions, theirs: ['MINE'] } },
    ],
    ['has more tags', { ...sound, tags: { ...tags, owner: 'web team' } }],
    ['names its key by the id alone', { ...sound, kmsKeyId: '0a1b2c3d' }],
    ['has a key that is enabled', { ...sound, kmsKeyState: 'Enabled' }],
  ])('that %s is no finding', (_, seen) => {
    expect(judgeSecret(seen, expected)).toBeUndefined();
  });

  it.each<[string, SecretSeen | undefined, string, string]>([
    ['is gone', undefined, 'Deleted', 'ours-2'],
    [
      'is scheduled for deletion, whatever else',
      { ...sound, tags: {}, deletedAt: '2026-11-25T10:00:00.000Z' },
      'ScheduledForDeletion',
      '2026-11-25T10:00:00.000Z',
    ],
    [
      'lost a tag',
      { ...sound, tags: { 'evercert.dev/uid': 'u-1' } },
      'TagRemoved',
      'evercert.dev/certificate = default/web (is missing)',
    ],
    [
      "bears another row's tag",
      { ...sound, tags: { ...tags, 'evercert.dev/uid': 'u-9' } },
      'TagRemoved',
      'evercert.dev/uid = u-1 (is u-9)',
    ],
    ['has no current version', { ...sound, versions: { 'ours-2': ['MINE'] } }, 'NoCurrentVersion', 'none'],
    [
      'went back to the placeholder',
      { ...sound, versions: { [PLACEHOLDER]: ['AWSCURRENT'] } },
      'PlaceholderCurrent',
      PLACEHOLDER,
    ],
    ['was rolled back', { ...sound, versions: { 'ours-1': ['AWSCURRENT'] } }, 'LabelMoved', 'ours-1'],
    [
      'was edited by hand',
      { ...sound, versions: { theirs: ['AWSCURRENT'], 'ours-2': ['AWSPREVIOUS'] } },
      'EditedByHand',
      'theirs',
    ],
    ['has a disabled key', { ...sound, kmsKeyState: 'Disabled' }, 'KmsKeyUnusable', `${KEY} Disabled`],
    [
      'has another key',
      { ...sound, kmsKeyId: 'arn:aws:kms:eu-west-1:9:key/other' },
      'KmsKeyChanged',
      'arn:aws:kms:eu-west-1:9:key/other',
    ],
  ])('that %s is a finding', (_, seen, kind, what) => {
    expect(judgeSecret(seen, expected)).toMatchObject({ kind, seen: what });
  });

  it("that went to the account's default key has another key", () => {
    const { kmsKeyId: _ours, ...seen } = sound;
    expect(judgeSecret(seen, expected)).toMatchObject({ kind: 'KmsKeyChanged', seen: 'alias/aws/secretsmanager' });
  });

  it('is not asked for its key where none is set', () => {
    const { kmsKeyId: _any, ...rest } = expected;
    expect(judgeSecret({ ...sound, kmsKeyId: 'arn:aws:kms:eu-west-1:9:key/other' }, rest)).toBeUndefined();
  });
});
