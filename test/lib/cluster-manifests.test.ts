// Manifests that the deploy applies, where that is asked for: which, in what order, by what, and the traps of kubectl
// providers (bridge.md 5.5).
import { Stack } from 'aws-cdk-lib';
import { Cluster as ClusterV1 } from 'aws-cdk-lib/aws-eks';
import { Cluster as ClusterV2, KubectlProvider } from 'aws-cdk-lib/aws-eks-v2';
import { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { type AnyCluster, EksTarget, type EksTargetProps } from '#lib/eks-target.ts';
import { Refused } from '#lib/refused.ts';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf, type Template } from '#test/support/template.ts';

const { catalogue } = readDeclarations(
  [
    {
      file: 'web.yaml',
      text: `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: own }
spec: { selfSigned: {} }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web, namespace: shop }
spec: { secretName: web-tls, commonName: web, dnsNames: [web.example.com], issuerRef: { kind: ClusterIssuer, name: own } }
`,
    },
  ],
  { scope: 'folder', clusters: ['prod'] },
);

const attributes = { clusterName: 'prod', clusterEndpoint: 'https://x', clusterCertificateAuthorityData: 'Zm9v' };
const layer = (stack: Stack) =>
  LayerVersion.fromLayerVersionArn(stack, 'Kubectl', 'arn:aws:lambda:us-east-1:000000000000:layer:kubectl:1');

const v1 = (stack: Stack): AnyCluster =>
  ClusterV1.fromClusterAttributes(stack, 'V1', {
    ...attributes,
    kubectlRoleArn: 'arn:aws:iam::000000000000:role/kubectl',
    kubectlLayer: layer(stack),
  });
/** Imported twice: `kubectlProviderOptions` of an import is accepted, and never wired. */
const v2 = (stack: Stack): AnyCluster => {
  const first = ClusterV2.fromClusterAttributes(stack, 'First', attributes);
  const kubectlProvider = new KubectlProvider(stack, 'Provider', { cluster: first, kubectlLayer: layer(stack) });
  return ClusterV2.fromClusterAttributes(stack, 'V2', { ...attributes, kubectlProvider });
};

const applied = (cluster: (stack: Stack) => AnyCluster, props: Partial<EksTargetProps> = {}): Template =>
  synthesize({
    props: (stack) => ({
      declarations: catalogue,
      clusters: [EksTarget.fromCluster(cluster(stack), { name: 'prod', applyManifests: true, ...props })],
    }),
  });

/** Kinds of each applied resource; a role's ARN may stand in the text as a token. */
const kindsIn = (template: Template): string[][] =>
  resourcesOf(template, 'Custom::AWSCDK-EKS-KubernetesResource').map(([, { Properties }]) => {
    const text = JSON.stringify(Properties?.Manifest).replaceAll('\\', '');
    return [...text.matchAll(/"kind":"(\w+)","metadata"/g)].map(([, kind]) => kind!);
  });

const CLUSTER_WIDE = ['ClusterSecretStore', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'];
const OF_SHOP = ['Role', 'RoleBinding', 'ExternalSecret', 'ExternalSecret'];

describe('manifests applied by the deploy', { timeout: 120_000 }, () => {
  it.each([
    ['aws-eks', v1],
    ['aws-eks-v2', v2],
  ])('are those of the cluster first, then each namespace, with %s', (_module, cluster) => {
    const template = applied(cluster);
    expect(kindsIn(template)).toEqual([CLUSTER_WIDE, OF_SHOP]);
    const [first, second] = resourcesOf(template, 'Custom::AWSCDK-EKS-KubernetesResource');
    expect(second![1].DependsOn).toContain(first![0]);
  });

  it('never are CRDs or the operator: kubectl apply cannot carry those of its stores', () => {
    expect(kindsIn(applied(v1)).flat()).not.toContain('CustomResourceDefinition');
  });

  it('name the reader role that the stack makes, where the store takes it on', () => {
    const template = applied(v1, { tenants: 'session-tags' });
    const text = JSON.stringify(resourcesOf(template, 'Custom::AWSCDK-EKS-KubernetesResource')[0]);
    expect(text).toMatch(/CertsClustersProdReaderRole\w+","Arn"/);
  });

  it('are none unless that is asked for', () => {
    const template = synthesize({
      props: (stack) => ({
        declarations: catalogue,
        clusters: [EksTarget.fromCluster(v1(stack), { name: 'prod' })],
      }),
    });
    expect(kindsIn(template)).toEqual([]);
  });

  it('are refused where the cluster is only known by its attributes', () => {
    const plain = { name: 'prod', endpoint: 'https://x', certificateAuthorityData: 'Zm9v' };
    expect(() => EksTarget.fromAttributes({ ...plain, applyManifests: true })).toThrow(Refused);
  });

  it('are refused for a cluster of another stack, which would need this one while this one needs it', () => {
    expect(() => applied((stack) => v1(new Stack(stack.node.scope!, 'Other')))).toThrow(/in the same stack/);
  });

  it('are refused where they cannot be made, with the reason', () => {
    expect(() => applied(v1, { tenants: 'session-tags', esoVersion: '0.20.4' })).toThrow(/session-tags needs .* 2\.5/);
  });

  it('fail at synth for an import of aws-eks-v2 without a kubectl provider', () => {
    const bare = (stack: Stack) => ClusterV2.fromClusterAttributes(stack, 'V2', attributes);
    expect(() => applied(bare)).toThrow(/Kubectl Provider is not defined/);
  });
});
