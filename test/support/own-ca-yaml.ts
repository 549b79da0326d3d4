// Declarations of an own CA, from the self-signed root down. It must never be parsed for anything but tests.

export const SELF_SIGNED = `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: self
spec:
  selfSigned: {}
---
`;

/** An Issuer \`name\` in \`pki\` that signs with the secret of the Certificate \`secret\`. */
export const caIssuerYaml = (name: string, secret: string): string => `
apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  name: ${name}
  namespace: pki
spec:
  ca:
    secretName: ${secret}
---
`;

interface Wish {
  readonly issuer: string;
  readonly kind?: 'Issuer' | 'ClusterIssuer';
  readonly duration?: string;
  readonly more?: string;
}

const certificate = (name: string, { issuer, kind = 'Issuer', duration = '2160h', more = '' }: Wish, says: string) => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: ${name}
  namespace: pki
spec:
  secretName: ${name}-tls
  duration: ${duration}
  issuerRef:
    name: ${issuer}
    kind: ${kind}
  privateKey:
    algorithm: ECDSA
    size: 256
${says}${more}
---
`;

export const caYaml = (name: string, wish: Wish): string =>
  certificate(name, wish, `  isCA: true\n  commonName: ${name}\n`);

export const leafYaml = (name: string, wish: Wish): string =>
  certificate(name, wish, `  dnsNames: [${name}.example.com]\n`);

/** Root, intermediate and one leaf, each from the one before. */
export const bootstrapYaml = (root = '17520h', intermediate = '8760h'): string =>
  leafYaml('leaf', { issuer: 'intermediate' }) +
  caIssuerYaml('intermediate', 'middle-tls') +
  caYaml('middle', { issuer: 'root', duration: intermediate }) +
  caIssuerYaml('root', 'root-tls') +
  caYaml('root', { issuer: 'self', kind: 'ClusterIssuer', duration: root }) +
  SELF_SIGNED;
