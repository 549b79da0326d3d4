// What of a certificate's secret comes into its Kubernetes Secret, and the traps on that way. It must never ask what the
// operator does with it: test/system/bridge does.
import { describe, expect, it } from 'vitest';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { Manifest } from '#core/bridge/manifests/model.ts';
import { yamlOf } from '#core/bridge/manifests/text.ts';
import type { ClusterSettingsInput } from '#core/settings.ts';
import { certificate, inputOf, madeOf, SAMPLE, specIn } from '#test/support/bridge/catalogue.ts';

interface Entry {
  readonly secretKey: string;
  readonly remoteRef: Readonly<Record<string, string>>;
}
interface Spec {
  readonly secretStoreRef: object;
  readonly refreshInterval: string;
  readonly target: {
    readonly creationPolicy: string;
    readonly template: {
      readonly type: string;
      readonly metadata: { readonly labels: object; readonly annotations: object };
      readonly data?: Readonly<Record<string, string>>;
    };
  };
  readonly data: readonly Entry[];
}

const of = (certificates: readonly string[], title: string, cluster: Partial<ClusterSettingsInput> = {}): Spec =>
  specIn(madeOf(inputOf(certificates, cluster)), title);
const keysOf = ({ target, data }: Spec): string[] =>
  Object.keys(target.template.data ?? Object.fromEntries(data.map(({ secretKey }) => [secretKey, ''])));

const PCA = '{group: awspca.cert-manager.io, kind: AWSPCAClusterIssuer, name: private}';
const PASSWORD = 'passwordSecretRef: {name: p, key: password}';

describe('the Secret', () => {
  it.each([
    ['of a public CA has no ca.crt', certificate('shop/a'), ['tls.crt', 'tls.key']],
    ['of a Private CA has ca.crt', certificate('shop/a', { issuer: PCA }), ['tls.crt', 'tls.key', 'ca.crt']],
    [
      'has the declared formats',
      certificate('shop/a', { spec: 'additionalOutputFormats: [{type: CombinedPEM}, {type: DER}]' }),
      ['tls.crt', 'tls.key', 'tls-combined.pem', 'key.der'],
    ],
    [
      'has a keystore alone where no anchors are known',
      certificate('shop/a', { spec: `keystores: {pkcs12: {create: true, ${PASSWORD}}}` }),
      ['tls.crt', 'tls.key', 'keystore.p12'],
    ],
    [
      'has a truststore beside each keystore where they are',
      certificate('shop/a', {
        issuer: PCA,
        spec: `keystores: {pkcs12: {create: true, ${PASSWORD}}, jks: {create: true, ${PASSWORD}}}`,
      }),
      ['tls.crt', 'tls.key', 'ca.crt', 'keystore.p12', 'truststore.p12', 'keystore.jks', 'truststore.jks'],
    ],
  ])('%s', (_sentence, declared, keys) => {
    expect(keysOf(of([declared], 'ExternalSecret shop/a-tls'))).toEqual(keys);
  });

  it('of a certificate by an own CA, and of a CA where its annotation names the cluster, has ca.crt', () => {
    const annotations = 'evercert.dev/clusters: blue';
    const declared = [
      certificate('pki/a', { issuer: '{name: corp}' }),
      certificate('pki/team', { issuer: '{name: corp}', spec: 'isCA: true', annotations }),
    ];
    expect(keysOf(of(declared, 'ExternalSecret pki/a-tls'))).toContain('ca.crt');
    expect(keysOf(of(declared, 'ExternalSecret pki/team-tls'))).toContain('ca.crt');
  });

  it('gets bytes from what lies in base64, and texts as they are', () => {
    const { data } = of(SAMPLE, 'ExternalSecret shop/java-tls');
    const decoded = data.filter(({ remoteRef }) => remoteRef.decodingStrategy === 'Base64');
    expect(decoded.map(({ remoteRef }) => remoteRef.property)).toEqual([
      'key.der',
      'keystore.p12',
      'truststore.p12',
      'keystore.jks',
      'truststore.jks',
    ]);
    expect(new Set(data.map(({ remoteRef }) => remoteRef.decodingStrategy))).toEqual(new Set(['None', 'Base64']));
  });

  it("has the secretTemplate's labels and annotations, our facts, and Reloader's match where it is asked for", () => {
    const { metadata } = of(SAMPLE, 'ExternalSecret shop/web-tls').target.template;
    expect(metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'evercert', team: 'on' });
    expect(metadata.annotations).toEqual({
      note: 'keep {{"{{"}} .key }} as it is',
      yes: 'no',
      'evercert.dev/certificate': 'shop/web',
      'evercert.dev/not-after': '{{ .notAfter }}',
      'evercert.dev/serial': '{{ .serial }}',
      'evercert.dev/sha256': '{{ .sha256 }}',
      'evercert.dev/version-id': '{{ .versionId }}',
      'reloader.stakater.com/match': 'true',
    });
  });

  it("carries none of cert-manager's own annotations: they say that cert-manager keeps it", () => {
    expect(yamlOf(manifestsFor(inputOf(SAMPLE)))).not.toMatch(/^\s*"?cert-manager\.io\//m);
  });

  it('is looked at again by the interval of the settings', () => {
    expect(of(SAMPLE, 'ExternalSecret shop/web-tls', { refreshInterval: '6h30m' }).refreshInterval).toBe('6h30m');
  });

  it.each([
    ['0.20.4', 'Owner'],
    ['2.7.3', 'Owner'],
    ['2.8', 'CreateOrMerge'],
    ['3.0.0', 'CreateOrMerge'],
  ])('of the operator %s is made by %s', (esoVersion, policy) => {
    expect(of(SAMPLE, 'ExternalSecret shop/web-tls', { esoVersion }).target.creationPolicy).toBe(policy);
  });
});

describe('the public companion', () => {
  it('is Opaque and holds the certificate, its version and the anchors, and no key', () => {
    const { target, data } = of(SAMPLE, 'ExternalSecret pki/service-tls-public');
    expect(target.template.type).toBe('Opaque');
    expect(target.template.data).toBeUndefined();
    expect(data.map(({ secretKey, remoteRef }) => [secretKey, remoteRef.property])).toEqual([
      ['tls.crt', 'tls.crt'],
      ['version-id', 'version-id'],
      ['ca.crt', 'ca.crt'],
    ]);
  });

  it('reads the same secret by the same store as the Secret', () => {
    const [main, companion] = ['web-tls', 'web-tls-public'].map((name) => of(SAMPLE, `ExternalSecret shop/${name}`));
    expect(companion?.secretStoreRef).toEqual(main?.secretStoreRef);
    const keys = [...(main?.data ?? []), ...(companion?.data ?? [])].map(({ remoteRef }) => remoteRef.key);
    expect(new Set(keys)).toEqual(new Set(['evercert/shop/web']));
  });
});

describe('places', () => {
  it('are the namespaces that are named, each with the pair', () => {
    const titles = [...madeOf(inputOf(SAMPLE)).keys()].filter((title) => title.includes('many-tls'));
    expect(titles).toEqual([
      'ExternalSecret blog/many-tls',
      'ExternalSecret blog/many-tls-public',
      'ExternalSecret shop/many-tls',
      'ExternalSecret shop/many-tls-public',
    ]);
  });

  it('are all namespaces with the labels, by a pair of ClusterExternalSecrets', () => {
    const made = madeOf(inputOf(SAMPLE));
    expect([...made.keys()].filter((title) => title.includes('wild-tls'))).toEqual([
      'ClusterExternalSecret wild-tls',
      'ClusterExternalSecret wild-tls-public',
    ]);
    expect(made.get('ClusterExternalSecret wild-tls')?.spec).toMatchObject({
      externalSecretName: 'wild-tls',
      namespaceSelectors: [{ matchLabels: { wildcard: 'yes' } }],
      externalSecretSpec: { target: { name: 'wild-tls', template: { type: 'kubernetes.io/tls' } } },
    });
  });

  it('in other clusters are left out, and a cluster without any gets nothing at all', () => {
    const input = inputOf(SAMPLE);
    expect(manifestsFor({ ...input, cluster: { ...input.cluster, name: 'green' } })).toEqual([]);
  });
});

const specsOf = ({ kind, spec }: Manifest): Spec[] => {
  if (kind === 'ExternalSecret') return [spec as Spec];
  return kind === 'ClusterExternalSecret' ? [(spec as { externalSecretSpec: Spec }).externalSecretSpec] : [];
};

describe('a template', () => {
  const specs = manifestsFor(inputOf(SAMPLE, {}, { trust: 'external-secrets' })).flatMap(specsOf);
  const templates = specs.flatMap(({ target }) => [
    ...Object.values(target.template.data ?? {}),
    ...Object.values(target.template.metadata.annotations as Record<string, string>),
  ]);
  /** What is between braces, but for quoted braces. */
  const actions = templates
    .flatMap((text) => [...text.replaceAll('{{"{{"}}', '').matchAll(/\{\{(.*?)\}\}/g)])
    .map(([, inner]) => inner);

  it('never uses index, which gives an empty field for a missing key (trap 3)', () => {
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => !/^ \.[A-Za-z0-9]+ $/.test(action ?? ''))).toEqual([]);
  });

  it('never picks PEM out by filterPEM, which misses EC PRIVATE KEY (trap 4)', () => {
    expect(templates.filter((text) => /filterPEM|filterCertChain/i.test(text))).toEqual([]);
    const keys = specs.flatMap(({ data }) => data).filter(({ secretKey }) => secretKey === 'key');
    expect(new Set(keys.map(({ remoteRef }) => remoteRef.property))).toEqual(new Set(['tls.key']));
  });

  it('makes no keystore, whose bytes would differ at every refresh (trap 5)', () => {
    expect(templates.filter((text) => /pkcs12|jks[A-Z]/i.test(text) && !/^\{\{ \.\w+ \}\}$/.test(text))).toEqual([]);
  });

  it('gets values and never their tags: metadataPolicy is None everywhere (trap 9)', () => {
    const policies = specs.flatMap(({ data }) => data.map(({ remoteRef }) => remoteRef.metadataPolicy));
    expect(new Set(policies)).toEqual(new Set(['None']));
  });

  it('knows each value by a name of its own, and uses none that is not fetched', () => {
    for (const { data, target } of specs) {
      const names = data.map(({ secretKey }) => secretKey);
      expect(new Set(names).size).toBe(names.length);
      const used = Object.values(target.template.data ?? {}).map((text) => text.slice(4, -3));
      expect(used.filter((name) => !names.includes(name))).toEqual([]);
    }
  });
});
