// Every field of awspca.cert-manager.io/v1beta1 AWSPCAIssuer and AWSPCAClusterIssuer (aws-privateca-issuer 1.9), and
// what Evercert does with it. It must never hold a rule that looks at two fields.
import { BOOLEAN, type Fields, TEXT } from './field.ts';
import { OBJECT } from './metadata-fields.ts';

/** Kubernetes' SecretKeySelector. */
const SELECTOR = { is: 'object', fields: { name: TEXT, key: TEXT, optional: BOOLEAN } } as const;

const SPEC = {
  arn: {
    is: 'text',
    required: true,
    reason: 'the ARN of the certificate authority, arn:aws:acm-pca:<region>:<account id>:certificate-authority/<id>',
  },
  region: TEXT,
  role: TEXT,
  secretRef: {
    is: 'object',
    fields: { name: TEXT, namespace: TEXT, accessKeyIDSelector: SELECTOR, secretAccessKeySelector: SELECTOR },
    status: 'refused',
    reason: 'roles only: Evercert keeps no access keys; name a role in spec.role for a CA of another account',
  },
  pcaTemplate: { is: 'object', fields: { defaultTemplateName: TEXT } },
} as const satisfies Fields;

export const PRIVATE_CA_ISSUER = {
  ...OBJECT,
  spec: { is: 'object', required: true, fields: SPEC },
} as const satisfies Fields;
