// How a store comes by the secrets, for each way there is, and who may use it.
import { describe, expect, it } from 'vitest';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { ManifestsInput } from '#core/bridge/manifests/model.ts';
import type { ClusterSettingsInput } from '#core/settings.ts';
import { certificate, inputOf, madeOf, SAMPLE, specIn, titleOf } from '#test/support/bridge/catalogue.ts';

const READER = 'arn:aws:iam::111111111111:role/reader';
const STORE = 'ClusterSecretStore evercert';

type Cluster = Partial<ClusterSettingsInput>;
type More = Partial<ManifestsInput>;

const made = (cluster: Cluster, more: More = {}) => madeOf(inputOf([certificate('shop/web')], cluster, more));
const awsOf = (cluster: Cluster, more: More = {}, title = STORE) =>
  specIn<{ provider: { aws: object } }>(made(cluster, more), title).provider.aws;

const HERE = { service: 'SecretsManager', region: 'eu-central-1' };
const irsa = (namespace?: string) => ({
  auth: { jwt: { serviceAccountRef: { name: 'evercert', ...(namespace === undefined ? {} : { namespace }) } } },
});

describe('a store', () => {
  it.each<[string, Cluster, More, object]>([
    ['of EKS Pod Identity writes no credentials: the operator has them', {}, {}, HERE],
    [
      'of IRSA names a ServiceAccount beside the operator',
      { identity: 'irsa', readerRole: READER },
      {},
      { ...HERE, ...irsa('external-secrets') },
    ],
    [
      'of another account takes on our reader role with its external id',
      { account: '222222222222', externalId: 'xyz', readerRole: READER },
      {},
      { ...HERE, role: READER, externalID: 'xyz' },
    ],
    [
      'of fenced tenants takes it on with the namespace in the session',
      { tenants: 'session-tags' },
      { readerRole: READER },
      { ...HERE, role: READER, sessionTagsPolicy: 'Simple' },
    ],
    [
      'of IRSA that takes a role on names both',
      { identity: 'irsa', account: '222222222222', externalId: 'xyz' },
      { readerRole: READER, operatorRole: 'arn:aws:iam::222222222222:role/eso' },
      { ...HERE, ...irsa('external-secrets'), role: READER, externalID: 'xyz' },
    ],
    ['in another Region asks ours', { region: 'us-east-1' }, {}, HERE],
    [
      'in a Region with replicas asks its own',
      { region: 'us-east-1' },
      { replicas: [{ region: 'us-east-1' }] },
      { ...HERE, region: 'us-east-1' },
    ],
  ])('%s', (_sentence, cluster, more, aws) => {
    expect(awsOf(cluster, more)).toEqual(aws);
  });

  it('has a ServiceAccount with the role, for IRSA alone', () => {
    const all = made({ identity: 'irsa' }, { readerRole: READER });
    expect(all.get('ServiceAccount external-secrets/evercert')?.metadata.annotations).toEqual({
      'eks.amazonaws.com/role-arn': READER,
    });
    expect([...made({}).keys()].filter((title) => title.startsWith('ServiceAccount'))).toEqual([]);
  });

  it('can be used by the namespaces that get certificates, and by no other', () => {
    const { conditions } = specIn<{ conditions: object[] }>(madeOf(inputOf(SAMPLE)), STORE);
    expect(conditions).toEqual([
      { namespaces: ['blog', 'pki', 'shop'] },
      { namespaceSelector: { matchLabels: { wildcard: 'yes' } } },
    ]);
  });

  it('stands in each namespace by itself, where the settings say so, with its ServiceAccount', () => {
    const declared = [certificate('shop/web', { annotations: 'evercert.dev/namespaces: "shop, blog"' })];
    const cluster = { store: { kind: 'SecretStore', name: 'certs' }, identity: 'irsa' } as const;
    const all = manifestsFor(inputOf(declared, cluster, { readerRole: READER }));
    const stores = all.filter(({ kind }) => ['SecretStore', 'ServiceAccount', 'ClusterSecretStore'].includes(kind));
    expect(stores.map(titleOf)).toEqual([
      'ServiceAccount blog/certs',
      'SecretStore blog/certs',
      'ServiceAccount shop/certs',
      'SecretStore shop/certs',
    ]);
    expect(stores[1]?.spec).toEqual({
      provider: { aws: { ...HERE, auth: { jwt: { serviceAccountRef: { name: 'certs' } } } } },
    });
  });
});

describe('a cluster of another account that each secret lets in by its own policy', () => {
  const more: More = { account: '111111111111', secretReaders: ['arn:aws-cn:iam::222222222222:role/eso'] };
  const cluster: Cluster = { account: '222222222222' };

  it('names secrets by ARN, and takes no role on', () => {
    expect(awsOf(cluster, more)).toEqual(HERE);
    expect(made(cluster, more).get('ExternalSecret shop/web-tls')?.spec).toMatchObject({
      data: [
        { remoteRef: { key: 'arn:aws-cn:secretsmanager:eu-central-1:111111111111:secret:evercert/shop/web' } },
        {},
        {},
        {},
        {},
        {},
      ],
    });
  });

  it('gives its ServiceAccount that role, with IRSA', () => {
    const all = made({ ...cluster, identity: 'irsa' }, more);
    expect(all.get('ServiceAccount external-secrets/evercert')?.metadata.annotations).toEqual({
      'eks.amazonaws.com/role-arn': 'arn:aws-cn:iam::222222222222:role/eso',
    });
  });
});

describe('Namespace objects', () => {
  it('are somebody else’s, unless they are asked for', () => {
    const namespaces = (more: More) =>
      [...madeOf(inputOf(SAMPLE, {}, more)).keys()].filter((title) => title.startsWith('Namespace '));
    expect(namespaces({})).toEqual([]);
    expect(namespaces({ namespaces: true })).toEqual(['Namespace blog', 'Namespace pki', 'Namespace shop']);
  });
});
