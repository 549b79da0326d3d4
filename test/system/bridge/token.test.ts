// Who the cluster lets in: the presigned token of EKS, judged by a webhook that recomputes its signature. The API server
// is real. It must never print a token.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eksClusterApi } from '#adapters/eks/cluster-api.ts';
import type { TokenSource } from '#adapters/eks/token.ts';
import { SYNC_GROUP } from '#core/bridge/model.ts';
import { Sealed } from '#core/sealed.ts';
import { makeClusterCredentials } from '#local/cluster/credentials.ts';
import { clusterStore, externalSecret } from '#test/support/cluster/manifests.ts';
import { OUR_KEYS, OUR_ROLE, type Stage, startStage, tokensOf } from '#test/support/cluster/stage.ts';

const RBAC = 'rbac.authorization.k8s.io';
const MAY_LOOK = [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'look', namespace: 'shop' },
    rules: [{ apiGroups: ['external-secrets.io'], resources: ['externalsecrets'], verbs: ['get'] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'look', namespace: 'shop' },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'look' },
    subjects: [{ kind: 'Group', apiGroup: RBAC, name: SYNC_GROUP }],
  },
];

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ name: 'bridge-token', namespaces: ['shop', 'elsewhere'] });
  const web = { name: 'web-tls', key: 'evercert/shop/web' };
  await stage.apply(clusterStore(), ...MAY_LOOK, externalSecret({ ...web, namespace: 'shop' }));
});
afterAll(() => stage?.stop());

const at = { kind: 'ExternalSecret', namespace: 'shop', name: 'web-tls' } as const;
const apiWith = (tokens: TokenSource) => eksClusterApi(stage.askWith(tokens));

/** What our adapter throws: its code and its words. */
const refusalOf = async (asked: Promise<unknown>): Promise<{ code: string; message: string }> => {
  const [settled] = await Promise.allSettled([asked]);
  if (settled.status === 'fulfilled') throw new Error('it was let in');
  const { code, message } = settled.reason as { code: string; message: string };
  return { code, message };
};

describe('a token of our role', () => {
  it('is let in where the RBAC allows it', async () => {
    expect(await apiWith(tokensOf({})).externalSecret(at)).toMatchObject({ targetName: 'web-tls' });
  });

  it('is good up to fifteen minutes after it was signed', async () => {
    const fourteenMinutesAgo = () => new Date(Date.now() - 14 * 60_000);
    expect(await apiWith(tokensOf({ now: fourteenMinutesAgo })).externalSecret(at)).toBeDefined();
  });

  it('is forbidden what no rule allows, and the answer names the rule to add and the role that lacks it', async () => {
    const patch = apiWith(tokensOf({})).annotate({ ...at, annotation: 'evercert.dev/sync', value: 'v.1' });
    expect(await refusalOf(patch)).toEqual({
      code: 'CLUSTER_FORBIDDEN',
      message: `cluster blue, patch externalsecrets: 403 externalsecrets.external-secrets.io "web-tls" is forbidden: User "${OUR_ROLE}" cannot patch resource "externalsecrets" in API group "external-secrets.io" in the namespace "shop"`,
    });
    const elsewhere = apiWith(tokensOf({})).externalSecret({ ...at, namespace: 'elsewhere' });
    expect((await refusalOf(elsewhere)).message).toContain('in the namespace "elsewhere"');
  });
});

describe('a token is not known (401)', () => {
  const sixteenMinutesAgo = () => new Date(Date.now() - 16 * 60_000);
  const another = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'whatever' };
  it.each<[string, () => TokenSource]>([
    ['when it was signed for another cluster', () => tokensOf({ eksName: 'green-cluster' })],
    [
      'when it was signed with another key of the same name',
      () => tokensOf({ keys: { ...OUR_KEYS, secretAccessKey: 'x' } }),
    ],
    ['when no access entry has its principal', () => tokensOf({ keys: another })],
    ['when it was signed more than fifteen minutes ago', () => tokensOf({ now: sixteenMinutesAgo })],
    ['when it is garbage', () => async () => new Sealed('garbage')],
    ['when it is garbage of the right form', () => async () => new Sealed('k8s-aws-v1.bm90LWEtdXJs')],
  ])('%s', async (_why, tokens) => {
    const { code, message } = await refusalOf(apiWith(tokens()).externalSecret(at));
    expect(code).toBe('CLUSTER_UNAUTHORIZED');
    expect(message).toBe('cluster blue, get externalsecrets: 401 Unauthorized');
  });

  it('once its access entry is gone, and is known again when it is back', async () => {
    const { entries } = stage.cluster.webhook;
    const [entry] = entries.splice(0, 1);
    const look = async () => (await Promise.allSettled([apiWith(tokensOf({})).externalSecret(at)]))[0]?.status;
    await expect.poll(look, { timeout: 10_000 }).toBe('rejected');
    entries.push(entry!);
    await expect.poll(look, { timeout: 15_000 }).toBe('fulfilled');
  });
});

describe('the API server', () => {
  it('is not trusted when another authority signed its certificate', async () => {
    const { caPem } = await makeClusterCredentials(new Date());
    const ask = stage.askWith(tokensOf({}), { caPem });
    expect((await refusalOf(eksClusterApi(ask).externalSecret(at))).code).toBe('CLUSTER_UNTRUSTED');
  });

  it('is unreachable when nobody listens', async () => {
    const ask = stage.askWith(tokensOf({}), { endpoint: 'https://127.0.0.1:1' });
    expect((await refusalOf(eksClusterApi(ask).externalSecret(at))).code).toBe('CLUSTER_UNREACHABLE');
  });
});
