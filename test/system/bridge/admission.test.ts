// The ValidatingAdmissionPolicy of `evercert manifests`, in the real API server: `patch` cannot be narrowed by RBAC, so the
// policy keeps our role to its one annotation. It must never be tested with a policy that is not the shipped one.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER_SYNC_ANNOTATION, RESTARTED_ANNOTATION, SYNC_ANNOTATION } from '#core/bridge/model.ts';
import { apiClient } from '#local/cluster/api-client.ts';
import { clusterExternalSecret, clusterStore, externalSecret } from '#test/support/cluster/manifests.ts';
import { rightsOf, shipped } from '#test/support/cluster/shipped.ts';
import { type Stage, startStage, tokensOf } from '#test/support/cluster/stage.ts';

const ESO = '/apis/external-secrets.io/v1';
const WEB = `${ESO}/namespaces/shop/externalsecrets/web-tls`;
const WILD = `${ESO}/clusterexternalsecrets/wild-tls`;
const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/web';

const DECLARED = {
  'shop/web': { restart: [{ kind: 'Deployment', name: 'web' }] },
  'shop/wild': { namespaces: [], namespaceSelector: { wild: 'yes' } },
} as const;

let stage: Stage;
type Change = {
  readonly path: string;
  readonly body: object;
  readonly type?: 'json' | 'merge' | 'strategic' | 'apply';
};

const TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** As our role, whatever its adapter could ask: the API server's status and words. */
const patchAsUs = async (
  { path, body, type = 'merge' }: Change,
  query = '',
): Promise<{ status: number; message: string }> => {
  const token = (await tokensOf({})()).open();
  const ask = apiClient(stage.cluster.server, { token });
  const more = type === 'apply' ? 'fieldManager=us&force=true' : query;
  const answer = await ask({ method: 'PATCH', path: `${path}?${more}`, body, type: TYPES[type] });
  return { status: answer.status, message: answer.body.message ?? '' };
};

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' }, annotations: { team: 'shop' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
  },
};

/** A policy is active some seconds after it was written; a dry run leaves nothing behind that would be no change later. */
const isActive = async (path: string): Promise<void> => {
  const forbidden = { path, body: { metadata: { labels: { probe: 'x' } } } };
  for (let tries = 0; (await patchAsUs(forbidden, 'dryRun=All')).status !== 422; tries++) {
    if (tries > 200) throw new Error(`the policy about ${path} does not become active`);
    await delay(100);
  }
};

beforeAll(async () => {
  stage = await startStage({ name: 'bridge-admission', namespaces: ['shop'] });
  const web = externalSecret({ namespace: 'shop', name: 'web-tls', key: 'evercert/shop/web' });
  const metadata = { ...web.metadata, labels: { app: 'web' }, annotations: { team: 'shop' } };
  const wild = clusterExternalSecret({ name: 'wild-tls', key: 'evercert/shop/wild', labels: { wild: 'yes' } });
  await stage.apply(clusterStore(), { ...web, metadata }, wild, deployment, ...rightsOf(shipped(DECLARED)));
  for (const path of [WEB, WILD, DEPLOYMENT]) await isActive(path);
});
afterAll(() => stage?.stop());

const annotations = (values: Record<string, string | null>) => ({ metadata: { annotations: values } });
const template = (change: object) => ({ spec: { template: change } });

describe('our role may change', () => {
  it.each<[string, Change]>([
    [
      "an ExternalSecret's annotation, where there is none",
      { path: WEB, body: annotations({ [SYNC_ANNOTATION]: 'v1.1' }) },
    ],
    [
      "an ExternalSecret's annotation, where there is one",
      { path: WEB, body: annotations({ [SYNC_ANNOTATION]: 'v1.2' }) },
    ],
    ["a ClusterExternalSecret's", { path: WILD, body: annotations({ [CLUSTER_SYNC_ANNOTATION]: 'v1.1' }) }],
    [
      "the annotation of a workload's pod template",
      {
        path: DEPLOYMENT,
        body: template({ metadata: { annotations: { [RESTARTED_ANNOTATION]: 'v1' } } }),
        type: 'strategic',
      },
    ],
  ])('%s', async (_what, change) => {
    expect(await patchAsUs(change)).toEqual({ status: 200, message: '' });
  });
});

describe('our role may not change, of an ExternalSecret,', () => {
  it.each<[string, Change['body']]>([
    ['its store', { spec: { secretStoreRef: { name: 'other' } } }],
    ['the name of its Secret', { spec: { target: { name: 'other' } } }],
    ['the template', { spec: { target: { template: { data: { 'tls.key': 'x' } } } } }],
    ['what it reads', { spec: { data: [{ secretKey: 'tls.crt', remoteRef: { key: 'evercert/pay/web' } }] } }],
    ['its interval', { spec: { refreshInterval: '0s' } }],
    ['a label', { metadata: { labels: { app: 'other' } } }],
    ['a new label', { metadata: { labels: { more: 'x' } } }],
    ['another annotation', annotations({ team: 'other' })],
    ['a new annotation', annotations({ more: 'x' })],
    ['another annotation beside its own', annotations({ [SYNC_ANNOTATION]: 'v2.1', more: 'x' })],
    ['another annotation by taking it away', annotations({ team: null })],
    ['all annotations by taking them away', { metadata: { annotations: null } }],
    ['its finalizers', { metadata: { finalizers: ['evercert.dev/x'] } }],
    ['its owners', { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y' }] } }],
    ['the annotation that a ClusterExternalSecret has', annotations({ [CLUSTER_SYNC_ANNOTATION]: 'v1.1' })],
  ])('%s', async (_what, body) => {
    expect(await patchAsUs({ path: WEB, body })).toMatchObject({
      status: 422,
      message: expect.stringContaining("ValidatingAdmissionPolicy 'evercert"),
    });
  });

  it('anything in another form of patch', async () => {
    const json = [{ op: 'replace', path: '/spec/refreshInterval', value: '0s' }];
    expect((await patchAsUs({ path: WEB, body: json, type: 'json' })).status).toBe(422);
    const applied = {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'web-tls' },
      spec: { refreshInterval: '0s' },
    };
    expect((await patchAsUs({ path: WEB, body: applied, type: 'apply' })).status).toBe(422);
  });
});

describe('our role may not change, of a ClusterExternalSecret,', () => {
  it.each<[string, Change['body']]>([
    ['the namespaces that get a copy', { spec: { namespaceSelectors: [{ matchLabels: {} }] } }],
    ['what it copies', { spec: { externalSecretSpec: { refreshInterval: '0s' } } }],
    ['the name of its copies', { spec: { externalSecretName: 'other' } }],
    ['a label', { metadata: { labels: { more: 'x' } } }],
    ['another annotation', annotations({ more: 'x' })],
  ])('%s', async (_what, body) => {
    expect((await patchAsUs({ path: WILD, body })).status).toBe(422);
  });
});

describe('our role may not change, of a workload,', () => {
  it.each<[string, Change['body']]>([
    ['its image', template({ spec: { containers: [{ name: 'web', image: 'evil:1' }] } })],
    ['its command', template({ spec: { containers: [{ name: 'web', command: ['sh'] }] } })],
    ['its ServiceAccount', template({ spec: { serviceAccountName: 'admin' } })],
    ['its volumes', template({ spec: { volumes: [{ name: 'key', secret: { secretName: 'web-tls' } }] } })],
    ['another annotation of its pods', template({ metadata: { annotations: { more: 'x' } } })],
    ['an annotation of its pods by taking it away', template({ metadata: { annotations: { team: null } } })],
    ['a label of its pods', template({ metadata: { labels: { more: 'x' } } })],
    ['its size', { spec: { replicas: 0 } }],
    ['whether it rolls out', { spec: { paused: true } }],
    ['its labels', { metadata: { labels: { more: 'x' } } }],
    ['its annotations', annotations({ more: 'x' })],
  ])('%s', async (_what, body) => {
    expect((await patchAsUs({ path: DEPLOYMENT, body, type: 'strategic' })).status).toBe(422);
  });
});

describe('everybody else', () => {
  it('is not touched by the policy', async () => {
    const change = (path: string, body: object) => stage.admin({ method: 'PATCH', path, body, type: TYPES.merge });
    expect((await change(WEB, { metadata: { labels: { more: 'x' } }, spec: { refreshInterval: '6h' } })).status).toBe(
      200,
    );
    expect((await change(WILD, { spec: { refreshTime: '2m' } })).status).toBe(200);
    expect((await change(DEPLOYMENT, { spec: { replicas: 2 } })).status).toBe(200);
  });
});
