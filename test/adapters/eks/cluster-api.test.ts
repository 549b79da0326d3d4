// What is read out of a cluster's answers, whatever they leave out; the rest is the contract's (test/contracts/cluster).
import { describe, expect, it } from 'vitest';
import { eksClusterApi } from '#adapters/eks/cluster-api.ts';
import type { AskCluster, KubernetesRequest } from '#adapters/eks/request.ts';
import { EvercertError } from '#core/errors.ts';

const stage = (...answers: readonly unknown[]) => {
  const asked: KubernetesRequest[] = [];
  const ask: AskCluster = async (request) => {
    const answer = answers[asked.push(request) - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { api: eksClusterApi(ask), asked };
};

const ES = { kind: 'ExternalSecret', namespace: 'shop', name: 'web-tls' } as const;

const EMPTY = {
  annotations: {},
  refreshPolicy: 'Periodic',
  refreshInterval: '1h',
  store: { kind: 'SecretStore', name: '' },
  keys: [],
  targetName: '',
  creationPolicy: 'Owner',
  immutable: false,
};

describe('an ExternalSecret', () => {
  it('that leaves everything out is read with the defaults of the operator', async () => {
    const { api } = stage({});
    expect(await api.externalSecret(ES)).toEqual(EMPTY);
  });

  it('is asked for where it is, its names escaped', async () => {
    const { api, asked } = stage({}, {});
    await api.externalSecret({ ...ES, name: 'a/../b' });
    await api.externalSecret({ kind: 'ClusterExternalSecret', namespace: '*', name: 'web-tls' });
    expect(asked).toEqual([
      {
        method: 'GET',
        path: '/apis/external-secrets.io/v1/namespaces/shop/externalsecrets/a%2F..%2Fb',
        action: 'get externalsecrets',
      },
      {
        method: 'GET',
        path: '/apis/external-secrets.io/v1/clusterexternalsecrets/web-tls',
        action: 'get clusterexternalsecrets',
      },
    ]);
  });

  const FAILED = { status: { conditions: [{ type: 'Ready', status: 'False' }] } };
  it("that failed is told of with the operator's newest warning", async () => {
    const older = { message: 'older', lastTimestamp: '2026-11-25T12:00:00Z' };
    const newer = { message: 'newer', lastTimestamp: null, eventTime: '2026-11-25T12:01:00Z' };
    const { api, asked } = stage(FAILED, { items: [older, newer] });
    expect(await api.externalSecret(ES)).toEqual({
      ...EMPTY,
      ready: { status: 'False', reason: '', message: '' },
      lastError: 'newer',
    });
    expect(asked[1]?.path).toBe(
      '/api/v1/namespaces/shop/events?limit=100&fieldSelector=involvedObject.kind%3DExternalSecret%2CinvolvedObject.name%3Dweb-tls%2Ctype%3DWarning',
    );
  });

  it('that failed is told of without words where events may not be read, and no other fault is hidden', async () => {
    const forbidden = new EvercertError('CLUSTER_FORBIDDEN', 'no');
    expect(await stage(FAILED, forbidden).api.externalSecret(ES)).not.toHaveProperty('lastError');
    const down = new EvercertError('CLUSTER_UNREACHABLE', 'no');
    await expect(stage(FAILED, down).api.externalSecret(ES)).rejects.toBe(down);
  });
});

describe('a ClusterExternalSecret', () => {
  it('tells of the template that it hands down, and of its namespaces', async () => {
    const { api, asked } = stage({
      metadata: { name: 'web-tls', annotations: { 'external-secrets.io/force-sync': 'v1.1' } },
      spec: {
        externalSecretSpec: {
          secretStoreRef: { kind: 'ClusterSecretStore', name: 'evercert' },
          target: { name: 'web-tls' },
        },
      },
      status: {
        conditions: [{ type: 'Ready', status: 'False' }],
        provisionedNamespaces: ['pay', 'shop'],
        failedNamespaces: [{ namespace: 'old', reason: 'external secret already exists in namespace' }],
      },
    });
    expect(await api.externalSecret({ kind: 'ClusterExternalSecret', namespace: '*', name: 'web-tls' })).toEqual({
      ...EMPTY,
      annotations: { 'external-secrets.io/force-sync': 'v1.1' },
      store: { kind: 'ClusterSecretStore', name: 'evercert' },
      targetName: 'web-tls',
      ready: { status: 'False', reason: '', message: '' },
      provisioned: ['pay', 'shop'],
      failed: [{ namespace: 'old', reason: 'external secret already exists in namespace' }],
    });
    expect(asked).toHaveLength(1);
  });

  it('has no namespaces before the operator has looked', async () => {
    const { api } = stage({});
    const state = await api.externalSecret({ kind: 'ClusterExternalSecret', namespace: '*', name: 'web-tls' });
    expect(state).toMatchObject({ provisioned: [], failed: [] });
  });
});

describe('what a Secret holds', () => {
  const held = (data: Readonly<Record<string, string>> | undefined) => {
    const encoded = data && Object.entries(data).map(([name, text]) => [name, Buffer.from(text).toString('base64')]);
    const { api } = stage({ ...(encoded && { data: Object.fromEntries(encoded) }) });
    return api.held({ namespace: 'shop', name: 'web-tls-public' });
  };

  it.each([
    ['no data', undefined],
    ['no certificate', { 'version-id': 'v1' }],
    ['an empty certificate', { 'tls.crt': '', 'version-id': 'v1' }],
    ['no PEM', { 'tls.crt': 'words', 'version-id': 'v1' }],
    ['PEM that is no certificate', { 'tls.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
  ])('is nothing with %s', async (_what, data) => {
    expect(await held(data)).toBeUndefined();
  });
});
