// Tokens as EKS takes them, judged by the look-alike of its authenticator.
import { expect, it } from 'vitest';
import { eksToken, tokenSource } from '#adapters/eks/token.ts';
import { judgeToken } from '#local/cluster/token-webhook.ts';

const NOW = new Date('2026-11-25T12:00:00.000Z');
const credentials = { accessKeyId: 'AKIDSYNC', secretAccessKey: 'only-a-test', sessionToken: 'session/+=' };
const entry = {
  accessKeyId: 'AKIDSYNC',
  secretAccessKey: 'only-a-test',
  principalArn: 'arn:aws:iam::111122223333:role/sync',
  groups: ['evercert-sync'],
};
const known = { eksName: 'prod', entries: [entry], now: NOW };
const token = (change: Partial<Parameters<typeof eksToken>[0]> = {}): string =>
  eksToken({ eksName: 'prod', region: 'eu-central-1', credentials, now: NOW, ...change }).open();

it('a token for this cluster is its access entry', () => {
  expect(judgeToken(token(), known)).toBe(entry);
  expect(Buffer.from(token().slice('k8s-aws-v1.'.length), 'base64url').toString()).toMatch(
    /^https:\/\/sts\.eu-central-1\.amazonaws\.com\/\?Action=GetCallerIdentity&/,
  );
});

it.each([
  [
    'of another cluster',
    token({ eksName: 'staging' }),
    'the signature does not match: another key, or another cluster',
  ],
  [
    'signed by another key',
    token({ credentials: { ...credentials, secretAccessKey: 'another' } }),
    'the signature does not match: another key, or another cluster',
  ],
  [
    'of a role without an access entry',
    token({ credentials: { ...credentials, accessKeyId: 'AKIDOTHER' } }),
    'no access entry for this principal',
  ],
  ['of fifteen minutes ago', token({ now: new Date(NOW.getTime() - 900_000) }), 'the token has expired'],
  ['that is garbage', 'k8s-aws-v1.????', 'no presigned URL in it'],
  ['of another kind', 'eyJhbGciOi', 'not a token of EKS'],
])('a token %s is refused', (_what, text, why) => {
  expect(judgeToken(text, known)).toBe(why);
});

it('a token is kept for ten minutes, then made anew with fresh credentials', async () => {
  let now = NOW;
  let asked = 0;
  const tokens = tokenSource({
    eksName: 'prod',
    region: 'eu-central-1',
    clock: { now: () => now },
    credentials: async () => {
      asked += 1;
      return credentials;
    },
  });
  const first = (await tokens()).open();
  now = new Date(NOW.getTime() + 599_000);
  expect((await tokens()).open()).toBe(first);
  now = new Date(NOW.getTime() + 600_000);
  expect((await tokens()).open()).not.toBe(first);
  expect(asked).toBe(2);
});
