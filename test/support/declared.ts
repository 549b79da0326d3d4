// A declared certificate for tests that do not care what is declared. It must never be parsed from YAML.
import type { DeclaredCertificate } from '#core/declaration/model.ts';

/** `namespace/name` with an ECDSA key at a ClusterIssuer; `hash` stands for what was declared. */
export const declaredCertificate = ({ name, hash = 'h1' }: { name: string; hash?: string }): DeclaredCertificate => {
  const [namespace = 'default', short = name] = name.split('/');
  return {
    name,
    hash,
    certificate: {
      namespace,
      name: short,
      labels: {},
      secretName: `${short}-tls`,
      issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt', group: 'cert-manager.io' },
      dnsNames: [`${short}.example.com`],
      privateKey: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS1', rotationPolicy: 'Always' },
      usages: ['digital signature', 'key encipherment'],
      secretTemplate: { annotations: {}, labels: {} },
    },
    issuer: {
      kind: 'ClusterIssuer',
      namespace: '',
      name: 'letsencrypt',
      type: 'acme',
      acme: {
        server: 'https://acme.example/directory',
        skipTlsVerify: false,
        privateKeySecretRef: { name: 'letsencrypt-account', key: 'tls.key' },
        solvers: [],
      },
    },
  };
};
