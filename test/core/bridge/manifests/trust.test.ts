// Trust anchors of private issuers, by trust-manager or by the operator alone. trust-manager's own schema is not at hand: the
// Bundle's shape is that of its API reference.
import { describe, expect, it } from 'vitest';
import type { Manifest, ManifestsInput } from '#core/bridge/manifests/model.ts';
import type { ClusterSettingsInput } from '#core/settings.ts';
import { certificate, inputOf, madeOf, SAMPLE, specIn } from '#test/support/bridge/catalogue.ts';

const trustOf = (more: Partial<ManifestsInput>, cluster: Partial<ClusterSettingsInput> = {}, declared = SAMPLE) =>
  new Map([...madeOf(inputOf(declared, cluster, more))].filter(([title]) => title.includes('-trust-')));

const data = (spec: unknown) => (spec as { data: { secretKey: string; remoteRef: { key: string } }[] }).data;

describe('trust anchors', () => {
  it('are left out unless they are asked for', () => {
    expect([...trustOf({}).keys()]).toEqual([]);
  });

  it('come through a Bundle of trust-manager, fed by a Secret with ca.crt alone in its own namespace', () => {
    const made = trustOf({ trust: 'trust-manager' });
    expect([...made.keys()]).toEqual([
      'Bundle evercert-trust-pki-corp',
      'Bundle evercert-trust-private',
      'ExternalSecret cert-manager/evercert-trust-pki-corp',
      'ExternalSecret cert-manager/evercert-trust-private',
    ]);
    expect(made.get('Bundle evercert-trust-pki-corp')).toEqual({
      apiVersion: 'trust.cert-manager.io/v1alpha1',
      kind: 'Bundle',
      metadata: { name: 'evercert-trust-pki-corp', labels: { 'app.kubernetes.io/managed-by': 'evercert' } },
      spec: {
        sources: [{ secret: { name: 'evercert-trust-pki-corp', key: 'ca.crt' } }],
        target: {
          configMap: { key: 'ca.crt' },
          namespaceSelector: { matchLabels: { 'evercert.dev/trust': 'true' } },
        },
      },
    });
    const { spec } = made.get('ExternalSecret cert-manager/evercert-trust-pki-corp') as Manifest;
    expect(data(spec).map(({ secretKey }) => secretKey)).toEqual(['ca.crt']);
    expect(spec).toMatchObject({ refreshInterval: '1h', target: { template: { type: 'Opaque' } } });
  });

  it('are read from the CA certificate where it is declared, which has old and new together, else from the first leaf', () => {
    const made = trustOf({ trust: 'trust-manager', trustNamespace: 'trust' });
    const key = (name: string) => data(made.get(`ExternalSecret trust/${name}`)?.spec)[0]?.remoteRef.key;
    expect(key('evercert-trust-pki-corp')).toBe('evercert/pki/root');
    expect(key('evercert-trust-private')).toBe('evercert/shop/java');
  });

  it('let the store be used in the trust namespace', () => {
    const store = madeOf(inputOf(SAMPLE, {}, { trust: 'trust-manager' })).get('ClusterSecretStore evercert');
    expect(store?.spec).toMatchObject({
      conditions: [{ namespaces: ['blog', 'cert-manager', 'pki', 'shop'] }, { namespaceSelector: {} }],
    });
  });

  it('come without trust-manager into labelled namespaces, by a ClusterExternalSecret with ca.crt alone', () => {
    const made = trustOf({ trust: 'external-secrets' });
    expect([...made.keys()]).toEqual([
      'ClusterExternalSecret evercert-trust-pki-corp',
      'ClusterExternalSecret evercert-trust-private',
    ]);
    const { spec } = made.get('ClusterExternalSecret evercert-trust-private') as Manifest;
    expect(spec).toMatchObject({ namespaceSelectors: [{ matchLabels: { 'evercert.dev/trust': 'true' } }] });
    expect(data((spec as { externalSecretSpec: unknown }).externalSecretSpec)).toHaveLength(1);
    const all = madeOf(inputOf(SAMPLE, {}, { trust: 'external-secrets' }));
    expect(specIn<{ conditions: unknown[] }>(all, 'ClusterSecretStore evercert').conditions).toContainEqual({
      namespaceSelector: { matchLabels: { 'evercert.dev/trust': 'true' } },
    });
  });

  it('come into each namespace that has a store of its own', () => {
    const declared = [certificate('pki/service', { issuer: '{name: corp}' }), certificate('shop/web')];
    const made = trustOf({ trust: 'external-secrets' }, { store: { kind: 'SecretStore' } }, declared);
    expect([...made.keys()]).toEqual([
      'ExternalSecret pki/evercert-trust-pki-corp',
      'ExternalSecret shop/evercert-trust-pki-corp',
    ]);
  });

  it('of public CAs, and of self-signed certificates, are none', () => {
    expect([...trustOf({ trust: 'trust-manager' }, {}, [certificate('shop/web')]).keys()]).toEqual([]);
  });
});
