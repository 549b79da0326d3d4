// The RBAC of `evercert manifests` is minimal: without any one of its verbs a delivery breaks, and our role is refused
// everything else. The rights are the shipped ones, the API server and the operator are real. It must never widen them.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNC_ANNOTATION } from '#core/bridge/model.ts';
import { type ApiRequest, apiClient } from '#local/cluster/api-client.ts';
import type { Manifest } from '#local/cluster/apply.ts';
import { type Bridge, bridgeOn, secretNameOf } from '#test/support/cluster/bridge.ts';
import { issue } from '#test/support/cluster/issued.ts';
import { externalSecret } from '#test/support/cluster/manifests.ts';
import { shipped } from '#test/support/cluster/shipped.ts';
import { type Stage, startStage, tokensOf } from '#test/support/cluster/stage.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const WEB = 'shop/web';
const WILD = 'shop/wild';
const DECLARED = {
  [WEB]: { restart: [{ kind: 'Deployment', name: 'web' }] },
  [WILD]: { namespaces: [], namespaceSelector: { wild: 'yes' } },
} as const;
const MANIFESTS = shipped(DECLARED);
const ROLES = MANIFESTS.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
const rulesOf = (role: Manifest): readonly Rule[] => role.rules as readonly Rule[];

/** Each verb of each rule. */
const VERBS = ROLES.flatMap((role) =>
  rulesOf(role).flatMap((rule, index) =>
    rule.verbs.map((verb) => ({ role, rule, index, verb, said: `${role.kind}: ${verb} ${rule.resources.join()}` })),
  ),
);

const deployment: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
};

let stage: Stage;
let bridge: Bridge;
/** As our role, whatever it may ask. */
let us: ApiRequest;

beforeAll(async () => {
  stage = await startStage({ name: 'bridge-rights', namespaces: ['shop', 'pay'] });
  bridge = bridgeOn(stage);
  us = apiClient(stage.cluster.server, { token: (await tokensOf({})()).open() });
  for (const [certificate, delivery] of Object.entries(DECLARED)) {
    await bridge.declare(certificate, delivery);
    await stage.put(secretNameOf(certificate), await issue('first.example.com'));
  }
  const pay = externalSecret({ namespace: 'pay', name: 'web-tls', key: secretNameOf(WEB) });
  const labelled: Manifest = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'front', labels: { wild: 'yes' } },
  };
  await stage.apply(labelled, deployment, ...MANIFESTS, pay);
  for (const [namespace, name] of [
    ['shop', 'web-tls'],
    ['front', 'wild-tls'],
  ] as const) {
    await stage.appears({ namespace, name });
    await stage.appears({ namespace, name: `${name}-public` });
  }
});
afterAll(() => stage?.stop());

const mayUs = async ({ verb, rule, role }: (typeof VERBS)[number]): Promise<boolean> => {
  const { namespace } = role.metadata;
  const resourceAttributes = {
    verb,
    group: rule.apiGroups[0],
    resource: rule.resources[0],
    ...(rule.resourceNames === undefined ? {} : { name: rule.resourceNames[0] }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  const asked = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const { body } = await us({
    method: 'POST',
    path: `/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`,
    body: asked,
  });
  return body.status.allowed === true;
};

const settle = async (one: (typeof VERBS)[number], allowed: boolean): Promise<void> => {
  for (let tries = 0; (await mayUs(one)) !== allowed; tries++) {
    if (tries > 200) throw new Error(`${one.said} does not become ${allowed ? 'allowed' : 'forbidden'}`);
    await delay(50);
  }
};

/** Both certificates renewed, and one invocation. */
const renewed = async () => {
  await bridge.issue(WEB);
  await bridge.issue(WILD);
  await bridge.sync({ certificates: [WEB, WILD] });
  return [bridge.target(WEB), bridge.target(WILD, '*')].flatMap(({ failure }) => failure ?? []);
};

describe('the shipped rights', () => {
  it('are enough for a Secret, for copies, and for a restart', async () => {
    expect(await renewed()).toEqual([]);
    expect(await renewed()).toEqual([]);
    const path = '/apis/apps/v1/namespaces/shop/deployments/web';
    const { body } = await stage.admin({ method: 'GET', path });
    expect(body.spec.template.metadata.annotations).toEqual({
      'evercert.dev/restarted-for': bridge.target(WEB).confirmed?.versionId,
    });
  });

  it.each(VERBS.filter(({ verb }) => verb !== 'list'))(
    'are not enough without $said, and the failure names the rule',
    async (one) => {
      const { role, rule, index, verb } = one;
      const rules = rulesOf(role).map((other, i) =>
        i === index ? { ...other, verbs: other.verbs.filter((kept) => kept !== verb) } : other,
      );
      // A rule without verbs is none.
      await stage.apply({ ...role, rules: rules.filter(({ verbs }) => verbs.length > 0) });
      await settle(one, false);
      const failures = await renewed();
      await stage.apply(role);
      await settle(one, true);
      expect(failures.map(({ code }) => code)).toEqual(['CLUSTER_FORBIDDEN']);
      const { message } = failures[0]!;
      expect(message).toContain(`cannot ${verb} resource "${rule.resources[0]}"`);
      expect(message).toMatch(new RegExp(`needs the rule \\{.*${rule.resources[0]}.*verbs: \\[${verb}\\]`));
    },
  );

  it.each(VERBS.filter(({ verb }) => verb === 'list'))(
    'tell less without $said: the words of a failure are those of the condition alone',
    async (one) => {
      const messageNow = async (): Promise<string | undefined> => {
        stage.relay.denied.add(secretNameOf(WEB));
        await bridge.issue(WEB);
        await bridge.sync({ certificates: [WEB] });
        stage.relay.denied.clear();
        return bridge.target(WEB).failure?.message;
      };
      const rules = rulesOf(one.role).filter((_rule, i) => i !== one.index);
      await stage.apply({ ...one.role, rules });
      await settle(one, false);
      expect(await messageNow()).not.toContain('AccessDenied');
      await stage.apply(one.role);
      await settle(one, true);
      expect(await messageNow()).toContain('AccessDenied');
      await bridge.again();
    },
  );
});

const SECRETS = '/api/v1/namespaces/shop/secrets';
const ESO = '/apis/external-secrets.io/v1';
const SHOP = `${ESO}/namespaces/shop/externalsecrets`;

describe('our role is refused', () => {
  it.each<[string, Parameters<ApiRequest>[0]]>([
    ['reading the Secret with the private key', { method: 'GET', path: `${SECRETS}/web-tls` }],
    ['reading a copy with the private key', { method: 'GET', path: '/api/v1/namespaces/front/secrets/wild-tls' }],
    ['listing Secrets', { method: 'GET', path: SECRETS }],
    ['watching Secrets', { method: 'GET', path: `${SECRETS}?watch=1` }],
    ['listing Secrets of all namespaces', { method: 'GET', path: '/api/v1/secrets' }],
    [
      'changing the Secret',
      { method: 'PATCH', path: `${SECRETS}/web-tls`, body: {}, type: 'application/merge-patch+json' },
    ],
    [
      'changing the companion',
      { method: 'PATCH', path: `${SECRETS}/web-tls-public`, body: {}, type: 'application/merge-patch+json' },
    ],
    ['deleting the Secret', { method: 'DELETE', path: `${SECRETS}/web-tls` }],
    ['making a Secret', { method: 'POST', path: SECRETS, body: { metadata: { name: 'x' } } }],
    [
      'reading a companion of another namespace',
      { method: 'GET', path: '/api/v1/namespaces/pay/secrets/web-tls-public' },
    ],
    ['listing ExternalSecrets', { method: 'GET', path: SHOP }],
    ['reading an ExternalSecret of another name', { method: 'GET', path: `${SHOP}/other` }],
    [
      'changing the ExternalSecret of another namespace',
      {
        method: 'PATCH',
        path: `${ESO}/namespaces/pay/externalsecrets/web-tls`,
        body: { metadata: { annotations: { [SYNC_ANNOTATION]: 'x' } } },
        type: 'application/merge-patch+json',
      },
    ],
    ['making an ExternalSecret', { method: 'POST', path: SHOP, body: { metadata: { name: 'x' } } }],
    ['deleting an ExternalSecret', { method: 'DELETE', path: `${SHOP}/web-tls` }],
    [
      "changing an ExternalSecret's status",
      { method: 'PATCH', path: `${SHOP}/web-tls/status`, body: {}, type: 'application/merge-patch+json' },
    ],
    ['reading a store', { method: 'GET', path: `${ESO}/clustersecretstores/evercert` }],
    ['listing ClusterExternalSecrets', { method: 'GET', path: `${ESO}/clusterexternalsecrets` }],
    ['deleting a ClusterExternalSecret', { method: 'DELETE', path: `${ESO}/clusterexternalsecrets/wild-tls` }],
    [
      "changing a copy's ExternalSecret",
      {
        method: 'PATCH',
        path: `${ESO}/namespaces/front/externalsecrets/wild-tls`,
        body: {},
        type: 'application/merge-patch+json',
      },
    ],
    ['reading a workload', { method: 'GET', path: '/apis/apps/v1/namespaces/shop/deployments/web' }],
    [
      'changing another workload',
      {
        method: 'PATCH',
        path: '/apis/apps/v1/namespaces/shop/deployments/other',
        body: {},
        type: 'application/merge-patch+json',
      },
    ],
    [
      'scaling a workload',
      {
        method: 'PATCH',
        path: '/apis/apps/v1/namespaces/shop/deployments/web/scale',
        body: {},
        type: 'application/merge-patch+json',
      },
    ],
    ['listing events of another namespace', { method: 'GET', path: '/api/v1/namespaces/pay/events' }],
    ['making events', { method: 'POST', path: '/api/v1/namespaces/shop/events', body: { metadata: { name: 'x' } } }],
    ['making a Pod', { method: 'POST', path: '/api/v1/namespaces/shop/pods', body: { metadata: { name: 'x' } } }],
    ['listing namespaces', { method: 'GET', path: '/api/v1/namespaces' }],
    ['making a token', { method: 'POST', path: '/api/v1/namespaces/shop/serviceaccounts/default/token', body: {} }],
    [
      'widening its own Role',
      {
        method: 'PATCH',
        path: '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/evercert-sync',
        body: {},
        type: 'application/merge-patch+json',
      },
    ],
    [
      'taking the policy away',
      { method: 'DELETE', path: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/evercert-sync' },
    ],
  ])('%s', async (_what, asked) => {
    const { status, body } = await us(asked);
    expect({ status, reason: body.reason }).toEqual({ status: 403, reason: 'Forbidden' });
  });

  it('whatever its rules do not name: they are these, and those that every authenticated user has', async () => {
    const asked = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: 'shop' },
    };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
    const { body } = await us({ method: 'POST', path, body: asked });
    const said = (body.status.resourceRules as Rule[])
      .filter(({ apiGroups }) => !['authorization.k8s.io', 'authentication.k8s.io'].includes(apiGroups[0] ?? ''))
      .map(({ verbs, resources, resourceNames = [] }) =>
        `${verbs.join()} ${resources.join()} ${resourceNames.join()}`.trim(),
      );
    expect(said.sort()).toEqual([
      'get externalsecrets wild-tls,wild-tls-public',
      'get secrets web-tls-public',
      'get secrets wild-tls-public',
      'get,patch clusterexternalsecrets wild-tls,wild-tls-public',
      'get,patch externalsecrets web-tls,web-tls-public',
      'list events',
      'patch deployments web',
    ]);
  });
});
