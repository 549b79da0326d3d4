// A Secret as cert-manager writes it (v1.21, pkg/controller/certificates/issuing/internal/secret.go): server-side apply with
// force, its labels and annotations, and where its flag --enable-certificate-owner-ref is set its owner. It must never do more.
import type { ApiRequest } from '#local/cluster/api-client.ts';
import type { Issued } from './issued.ts';
import type { Place } from './stage.ts';

export const CERT_MANAGER_LABELS = { 'controller.cert-manager.io/fao': 'true' };

/** Of a Certificate `web` of the ClusterIssuer `letsencrypt`. */
export const CERT_MANAGER_ANNOTATIONS = {
  'cert-manager.io/alt-names': 'web.example.com',
  'cert-manager.io/certificate-name': 'web',
  'cert-manager.io/common-name': 'web.example.com',
  'cert-manager.io/ip-sans': '',
  'cert-manager.io/issuer-group': 'cert-manager.io',
  'cert-manager.io/issuer-kind': 'ClusterIssuer',
  'cert-manager.io/issuer-name': 'letsencrypt',
  'cert-manager.io/uri-sans': '',
};

/** What --enable-certificate-owner-ref makes. */
export const CERTIFICATE_OWNER = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  name: 'web',
  uid: '11111111-2222-3333-4444-555555555555',
  controller: true,
  blockOwnerDeletion: true,
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Issues, or writes again what it issued; gives the API server's status. */
export const certManagerWrites = async (
  admin: ApiRequest,
  { namespace, name }: Place,
  issued: Issued,
  options: { readonly ownerReferences?: readonly object[]; readonly withCa?: boolean } = {},
): Promise<number> => {
  const { ownerReferences, withCa = true } = options;
  const { status } = await admin({
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/secrets/${name}?fieldManager=cert-manager-certificates-issuing&force=true`,
    type: 'application/apply-patch+yaml',
    body: {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: {
        name,
        namespace,
        labels: CERT_MANAGER_LABELS,
        annotations: CERT_MANAGER_ANNOTATIONS,
        ...(ownerReferences === undefined ? {} : { ownerReferences }),
      },
      data: {
        'tls.crt': base64(issued.chainPem),
        'tls.key': base64(issued.key.open()),
        ...(withCa ? { 'ca.crt': base64(issued.caPem) } : {}),
      },
    },
  });
  return status;
};
