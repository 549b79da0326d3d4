// Declarations at a Private CA of the world in memory. It must never expect anything.
import type { CaWish, ModelCa } from './private-ca-model.ts';
import { type World, type WorldOptions, world } from './world.ts';

/** YAML of one AWSPCAClusterIssuer `pca`. */
export const privateCaYaml = (arn: string, more: { annotations?: string; spec?: string } = {}): string => `
apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAClusterIssuer
metadata:
  name: pca
  annotations: { ${more.annotations ?? ''} }
spec:
  arn: ${arn}
${more.spec ?? ''}
---
`;

/** YAML of one Certificate in `default` at it, with an ECDSA key. */
export const privateYaml = (name: string, more = ''): string => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: ${name}
spec:
  secretName: ${name}-tls
  issuerRef: { name: pca, kind: AWSPCAClusterIssuer, group: awspca.cert-manager.io }
  dnsNames: [${name}.internal.example.com]
  privateKey: { algorithm: ECDSA }
${more}
---
`;

/** A world with a subordinate CA under a root, and these certificates declared at it. */
export const privateWorld = async (
  declared: {
    readonly names?: readonly string[];
    readonly more?: string;
    readonly issuer?: Parameters<typeof privateCaYaml>[1];
  } = {},
  { ca: wish, ...options }: WorldOptions & { ca?: CaWish } = {},
): Promise<{ w: World; ca: ModelCa }> => {
  const w = world(options);
  const parent = await w.privateCa.addCa();
  const ca = await w.privateCa.addCa({ parent, ...wish });
  const { names = ['web'], more, issuer } = declared;
  await w.deploy(privateCaYaml(ca.arn, issuer) + names.map((name) => privateYaml(name, more)).join(''));
  return { w, ca };
};
