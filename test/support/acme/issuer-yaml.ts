// YAML of the ClusterIssuer `le` with whatever else `spec.acme` has, and where its secrets lie. It must never know what
// is done with them.
import type { AcmeIssuerSpec } from '#core/declaration/issuer-model.ts';
import type { World } from '../world.ts';

export const ACCOUNT_SECRET = 'evercert-refs/cert-manager/le-account';
export const EAB_SECRET = 'evercert-refs/cert-manager/eab';

export interface AcmeYaml {
  readonly server?: string;
  readonly email?: string;
  /** Further lines of `spec.acme`, not indented. */
  readonly more?: readonly string[];
}

export const acmeYaml = ({ server, email, more = [] }: AcmeYaml = {}): string => `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: le
spec:
  acme:
    server: ${server ?? 'https://ca.test/directory'}
    privateKeySecretRef:
      name: le-account
    solvers:
      - dns01:
          route53: {}
${[...(email === undefined ? [] : [`email: ${email}`]), ...more].map((line) => `    ${line}`).join('\n')}
---
`;

/** `externalAccountBinding` of that key id; its HMAC key is the property `secret` of EAB_SECRET. */
export const bindingLines = (keyId: string): readonly string[] => [
  'externalAccountBinding:',
  `  keyID: ${keyId}`,
  '  keySecretRef:',
  '    name: eab',
  '    key: secret',
];

/** The one property of a reference secret as it is. */
export const property = (w: World, secret: string, name: string): string | undefined =>
  (JSON.parse(w.secrets.text(secret) ?? '{}') as Record<string, string>)[name];

export const issuerOf = (w: World, name = 'default/web'): AcmeIssuerSpec => {
  const { issuer } = w.ledger.row(name)!.declared;
  if (issuer.type !== 'acme') throw new Error(`${name} has no ACME issuer`);
  return issuer;
};
