// A CA that is renewed: its leaves get the new trust anchors beside the old ones, without being issued again.
import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { readJks } from '#test/support/keystores.ts';
import { type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;

const yaml = (renewal: string): string => `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: root }
spec: { selfSigned: {} }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: ca, annotations: { evercert.dev/renew-requested: "${renewal}" } }
spec:
  secretName: ca
  isCA: true
  commonName: Our CA
  duration: 8760h
  privateKey: { algorithm: ECDSA }
  issuerRef: { name: root, kind: ClusterIssuer }
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: { name: ours }
spec: { ca: { secretName: ca } }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web }
spec:
  secretName: web
  dnsNames: [web.example.com]
  privateKey: { algorithm: ECDSA }
  issuerRef: { name: ours }
  keystores: { jks: { create: true, passwordSecretRef: { name: pass, key: password } } }
`;

const settle = async (w: World): Promise<void> => {
  for (let sweeps = 0; sweeps < 6; sweeps++) {
    await w.tick();
    w.pass(6 * MINUTE);
  }
};

const anchors = (w: World): readonly string[] => {
  const store = Buffer.from(w.current('default/web')['truststore.jks']!, 'base64');
  return readJks(store, 'changeit').map(({ certificates }) =>
    new X509Certificate(certificates[0]!).fingerprint256.replaceAll(':', '').toLowerCase(),
  );
};

it("a renewed CA's anchors come into ca.crt and the truststores of its leaves, without a new leaf", async () => {
  const w = world();
  w.secrets.plant('evercert-refs/default/pass', '{"password":"changeit"}');
  await w.deploy(yaml('no'));
  await settle(w);
  const first = w.current('default/ca').sha256!;
  const leaf = w.current('default/web');
  expect(anchors(w)).toEqual([first]);
  await w.deploy(yaml('yes'));
  await settle(w);
  const second = w.current('default/ca').sha256!;
  const after = w.current('default/web');
  expect(second).not.toBe(first);
  expect([...anchors(w)].sort()).toEqual([first, second].sort());
  expect(after.sha256).toBe(leaf.sha256);
  expect(after['tls.key']).toBe(leaf['tls.key']);
  expect(after['ca.crt']!.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  const told = w.bus.published().filter(({ detail }) => detail.certificate === 'default/web');
  expect(told.map(({ detailType }) => detailType)).toEqual([
    'Evercert Certificate Issued',
    'Evercert Certificate Rendered',
  ]);
});
