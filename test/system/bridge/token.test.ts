// Who the cluster lets in: the presigned token of EKS, judged by a webhook that recomputes its signature. The API server
// is real. It must never print a token.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eksClusterApi } from '#adapters/eks/cluster-api.ts';
import type { TokenSource } from '#adapters/eks/token.ts';
import { Sealed } from '#core/sealed.ts';
import { clusterStore } from '#test/support/cluster/manifests.ts';
import { OUR_KEYS, type Stage, startStage, tokensOf } from '#test/support/cluster/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ name: 'bridge-token', namespaces: ['shop'] });
  await stage.apply(clusterStore());
});
afterAll(() => stage?.stop());

const at = { kind: 'ExternalSecret', namespace: 'shop', name: 'web-tls' } as const;
const look = (tokens: TokenSource) => eksClusterApi(stage.askWith(tokens)).externalSecret(at);

describe('a token', () => {
  it('of our role without any RBAC is forbidden', async () => {
    await expect(look(tokensOf({}))).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' });
    await expect(look(tokensOf({ keys: OUR_KEYS, eksName: 'green' }))).rejects.toMatchObject({
      code: 'CLUSTER_UNAUTHORIZED',
    });
    await expect(look(async () => new Sealed('x'))).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED' });
  });
});
