// What the sync function may do, to the letter. That the API server understands it so is proven in test/system/bridge.
import { describe, expect, it } from 'vitest';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import { certificate, inputOf, madeOf, SAMPLE } from '#test/support/bridge/catalogue.ts';

const rulesOf = (title: string, certificates = SAMPLE) => madeOf(inputOf(certificates)).get(title)?.rules;

const rule = (group: string, resource: string, resourceNames: string[], verbs: string[]) => ({
  apiGroups: [group],
  resources: [resource],
  resourceNames,
  verbs,
});

describe('in a namespace the sync function', () => {
  it('may get and patch its ExternalSecrets, get the public companions, list events, and patch the declared workloads', () => {
    expect(rulesOf('Role shop/evercert-sync')).toEqual([
      rule(
        'external-secrets.io',
        'externalsecrets',
        ['java-tls', 'java-tls-public', 'many-tls', 'many-tls-public', 'web-tls', 'web-tls-public'],
        ['get', 'patch'],
      ),
      rule('', 'secrets', ['java-tls-public', 'many-tls-public', 'web-tls-public'], ['get']),
      { apiGroups: [''], resources: ['events'], verbs: ['list'] },
      rule('apps', 'deployments', ['web'], ['patch']),
      rule('apps', 'statefulsets', ['db'], ['patch']),
    ]);
  });

  it('may patch no workload where none is declared', () => {
    expect(JSON.stringify(rulesOf('Role blog/evercert-sync'))).not.toContain('apps');
  });

  it('is known by its group', () => {
    expect(madeOf(inputOf(SAMPLE)).get('RoleBinding shop/evercert-sync')).toMatchObject({
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'evercert-sync' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'evercert-sync' },
    });
  });
});

describe('in the whole cluster the sync function', () => {
  it('may do with ClusterExternalSecrets what it needs, and only look at their copies', () => {
    expect(rulesOf('ClusterRole evercert-sync')).toEqual([
      rule('external-secrets.io', 'clusterexternalsecrets', ['wild-tls', 'wild-tls-public'], ['get', 'patch']),
      rule('external-secrets.io', 'externalsecrets', ['wild-tls', 'wild-tls-public'], ['get']),
      rule('', 'secrets', ['wild-tls-public'], ['get']),
    ]);
  });

  it('may do nothing where there is no ClusterExternalSecret', () => {
    expect(rulesOf('ClusterRole evercert-sync', [certificate('shop/web')])).toBeUndefined();
  });
});

describe('no rule', () => {
  it('reads a Secret that has a private key, has a wildcard, or makes or deletes anything', () => {
    const rules = manifestsFor(inputOf(SAMPLE)).flatMap(
      (one) => (one.rules ?? []) as { resources: string[]; resourceNames?: string[]; verbs: string[] }[],
    );
    const secrets = rules.filter(({ resources }) => resources.includes('secrets'));
    expect(
      secrets.flatMap(({ resourceNames = ['*'] }) => resourceNames).filter((name) => !name.endsWith('-public')),
    ).toEqual([]);
    expect(rules.flatMap(({ verbs }) => verbs).filter((verb) => !['get', 'patch', 'list'].includes(verb))).toEqual([]);
    expect(JSON.stringify(rules)).not.toContain('*');
  });
});

describe('the admission policies', () => {
  const policiesOf = (certificates: readonly string[], store = 'evercert') =>
    manifestsFor(inputOf(certificates, { store: { name: store } })).filter(
      ({ kind }) => kind === 'ValidatingAdmissionPolicy',
    );

  it('fail closed, deny, and concern our group alone', () => {
    const made = madeOf(inputOf(SAMPLE));
    expect(policiesOf(SAMPLE)).toHaveLength(2);
    for (const policy of policiesOf(SAMPLE))
      expect(policy.spec).toMatchObject({
        failurePolicy: 'Fail',
        matchConditions: [{ expression: "'evercert-sync' in request.userInfo.groups" }],
      });
    expect(made.get('ValidatingAdmissionPolicyBinding evercert-sync')?.spec).toEqual({
      policyName: 'evercert-sync',
      validationActions: ['Deny'],
    });
  });

  it('concern workloads where some may be restarted', () => {
    const names = (certificates: readonly string[]) => policiesOf(certificates).map(({ metadata }) => metadata.name);
    expect(names(SAMPLE)).toEqual(['evercert-restarts', 'evercert-sync']);
    expect(names([certificate('shop/web')])).toEqual(['evercert-sync']);
  });

  it('and roles of two Evercerts in one cluster are told apart by their stores', () => {
    expect(policiesOf(SAMPLE, 'staging').map(({ metadata }) => metadata.name)).toEqual([
      'staging-restarts',
      'staging-sync',
    ]);
  });
});
