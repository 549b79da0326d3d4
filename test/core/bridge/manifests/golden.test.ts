// One certificate in one cluster, as it is printed: each line is read by a person and by a cluster. It must never be made by the
// code that it judges.
import { describe, expect, it } from 'vitest';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { ManifestsInput } from '#core/bridge/manifests/model.ts';
import { filesOf, yamlOf } from '#core/bridge/manifests/text.ts';
import { certificate, inputOf } from '#test/support/bridge/catalogue.ts';

/** Without the CA of the other tests. */
const onlyWeb = (esoVersion: string): ManifestsInput => {
  const input = inputOf([certificate('shop/web')], { esoVersion });
  const certificates = input.catalogue.certificates.filter(({ name }) => name === 'shop/web');
  return { ...input, catalogue: { ...input.catalogue, certificates } };
};

const made = (esoVersion = '2.9.0') => manifestsFor(onlyWeb(esoVersion));
const isPolicy = (kind: string): boolean => kind.startsWith('ValidatingAdmissionPolicy');

const SECRETS = `---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: evercert
  labels:
    app.kubernetes.io/managed-by: evercert
spec:
  conditions:
  - namespaces:
    - shop
  provider:
    aws:
      service: SecretsManager
      region: eu-central-1
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: evercert-sync
  namespace: shop
  labels:
    app.kubernetes.io/managed-by: evercert
rules:
- apiGroups:
  - external-secrets.io
  resources:
  - externalsecrets
  resourceNames:
  - web-tls
  - web-tls-public
  verbs:
  - get
  - patch
- apiGroups:
  - ""
  resources:
  - secrets
  resourceNames:
  - web-tls-public
  verbs:
  - get
- apiGroups:
  - ""
  resources:
  - events
  verbs:
  - list
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: evercert-sync
  namespace: shop
  labels:
    app.kubernetes.io/managed-by: evercert
subjects:
- kind: Group
  apiGroup: rbac.authorization.k8s.io
  name: evercert-sync
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: evercert-sync
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: web-tls
  namespace: shop
  labels:
    app.kubernetes.io/managed-by: evercert
  annotations:
    evercert.dev/certificate: shop/web
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: evercert
  refreshPolicy: Periodic
  refreshInterval: 12h
  target:
    name: web-tls
    creationPolicy: CreateOrMerge
    deletionPolicy: Retain
    template:
      engineVersion: v2
      mergePolicy: Replace
      type: kubernetes.io/tls
      metadata:
        labels:
          app.kubernetes.io/managed-by: evercert
        annotations:
          evercert.dev/certificate: shop/web
          evercert.dev/not-after: "{{ .notAfter }}"
          evercert.dev/serial: "{{ .serial }}"
          evercert.dev/sha256: "{{ .sha256 }}"
          evercert.dev/version-id: "{{ .versionId }}"
      data:
        tls.crt: "{{ .crt }}"
        tls.key: "{{ .key }}"
  data:
  - secretKey: crt
    remoteRef:
      key: evercert/shop/web
      property: tls.crt
      conversionStrategy: Default
      decodingStrategy: None
      metadataPolicy: None
  - secretKey: key
    remoteRef:
      key: evercert/shop/web
      property: tls.key
      conversionStrategy: Default
      decodingStrategy: None
      metadataPolicy: None
  - secretKey: notAfter
    remoteRef:
      key: evercert/shop/web
      property: not-after
      conversionStrategy: Default
      decodingStrategy: None
      metadataPolicy: None
  - secretKey: serial
    remoteRef:
      key: evercert/shop/web
      property: serial
      conversionStrategy: Default
      decodingStrategy: None
      metadataPolicy: None
  - secretKey: sha256
    remoteRef:
      key: evercert/shop/web
      property: sha256
      conversionStrategy: Default
      decodingStrategy: None
      metadataPolicy: None
  - secretKey: versionId
    remoteRef:
      key: evercert/shop/web
      property: version-id
      conversionStrategy: Default
      decodingStrategy: None
      metadataPolicy: None
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: web-tls-public
  namespace: shop
  labels:
    app.kubernetes.io/managed-by: evercert
  annotations:
    evercert.dev/certificate: shop/web
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: evercert
  refreshPolicy: Periodic
  refreshInterval: 12h
  target:
    name: web-tls-public
    creationPolicy: CreateOrMerge
    deletionPolicy: Retain
    template:
      engineVersion: v2
      mergePolicy: Replace
      type: Opaque
      metadata:
        labels:
          app.kubernetes.io/managed-by: evercert
        annotations:
          evercert.dev/certificate: shop/web
  data:
  - secretKey: tls.crt
    remoteRef:
      key: evercert/shop/web
      property: tls.crt
      conversionStrategy: Default
      decodingStrategy: None
      metadataPolicy: None
  - secretKey: version-id
    remoteRef:
      key: evercert/shop/web
      property: version-id
      conversionStrategy: Default
      decodingStrategy: None
      metadataPolicy: None
`;

const POLICY = `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: evercert-sync
  labels:
    app.kubernetes.io/managed-by: evercert
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - apiGroups:
      - external-secrets.io
      apiVersions:
      - v1
      operations:
      - CREATE
      - UPDATE
      - DELETE
      resources:
      - externalsecrets
      - clusterexternalsecrets
  matchConditions:
  - name: sync
    expression: "'evercert-sync' in request.userInfo.groups"
  variables:
  - name: labelsBefore
    expression: "has(oldObject.metadata.labels) ? oldObject.metadata.labels : {}"
  - name: labelsAfter
    expression: "has(object.metadata.labels) ? object.metadata.labels : {}"
  - name: annotationsBefore
    expression: "has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {}"
  - name: annotationsAfter
    expression: "has(object.metadata.annotations) ? object.metadata.annotations : {}"
  - name: finalizersBefore
    expression: "has(oldObject.metadata.finalizers) ? oldObject.metadata.finalizers : []"
  - name: finalizersAfter
    expression: "has(object.metadata.finalizers) ? object.metadata.finalizers : []"
  - name: ownerReferencesBefore
    expression: "has(oldObject.metadata.ownerReferences) ? oldObject.metadata.ownerReferences : []"
  - name: ownerReferencesAfter
    expression: "has(object.metadata.ownerReferences) ? object.metadata.ownerReferences : []"
  - name: ours
    expression: "request.resource.resource == 'clusterexternalsecrets' ? 'external-secrets.io/force-sync' : 'evercert.dev/sync'"
  validations:
  - expression: request.operation == 'UPDATE'
    message: Evercert's sync must not make or delete anything
  - expression: object.spec == oldObject.spec
    message: Evercert's sync must not change spec
  - expression: variables.labelsBefore == variables.labelsAfter
    message: Evercert's sync must not change metadata.labels
  - expression: variables.finalizersBefore == variables.finalizersAfter
    message: Evercert's sync must not change metadata.finalizers
  - expression: variables.ownerReferencesBefore == variables.ownerReferencesAfter
    message: Evercert's sync must not change metadata.ownerReferences
  - expression: variables.annotationsAfter.all(k, k == variables.ours || (k in variables.annotationsBefore && variables.annotationsBefore[k] == variables.annotationsAfter[k])) && variables.annotationsBefore.all(k, k == variables.ours || k in variables.annotationsAfter)
    message: "Evercert's sync may change one annotation: evercert.dev/sync, of a ClusterExternalSecret external-secrets.io/force-sync"
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: evercert-sync
  labels:
    app.kubernetes.io/managed-by: evercert
spec:
  policyName: evercert-sync
  validationActions:
  - Deny
`;

describe('the manifests of one certificate', () => {
  it('are its store, its rights, its ExternalSecret and its public companion', () => {
    expect(yamlOf(made().filter(({ kind }) => !isPolicy(kind)))).toBe(SECRETS);
  });

  it('bring a policy that lets our group change one annotation', () => {
    expect(yamlOf(made().filter(({ kind }) => isPolicy(kind)))).toBe(POLICY);
  });

  it('differ for the operators 0.20.4 and 2.9.0 in exactly one field', () => {
    const [old, current] = ['0.20.4', '2.9.0'].map((version) => yamlOf(made(version)).split('\n')) as [
      string[],
      string[],
    ];
    expect(old.length).toBe(current.length);
    const differing = old.flatMap((line, index) =>
      line === current[index] ? [] : [[line.trim(), current[index]?.trim()]],
    );
    expect(differing).toEqual([
      ['creationPolicy: Owner', 'creationPolicy: CreateOrMerge'],
      ['creationPolicy: Owner', 'creationPolicy: CreateOrMerge'],
    ]);
  });

  it('lie in one file a namespace and one for the cluster, which a kustomization lists', () => {
    const files = filesOf('blue', made());
    expect([...files.keys()]).toEqual(['cluster.yaml', 'namespace-shop.yaml', 'kustomization.yaml']);
    expect(files.get('kustomization.yaml')).toBe(`# Made by evercert manifests for the cluster blue; edits are lost.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- cluster.yaml
- namespace-shop.yaml
`);
    expect(files.get('namespace-shop.yaml')?.split('\n').slice(0, 4)).toEqual([
      '# Made by evercert manifests for the cluster blue; edits are lost.',
      '---',
      'apiVersion: rbac.authorization.k8s.io/v1',
      'kind: Role',
    ]);
  });
});
