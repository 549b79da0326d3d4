// The annotations that name the issuer: which of them together, and what is said where there is none.
import { describe, expect, it } from 'vitest';
import { gateway, ingress, madeOf, passedOver, saidOf, wordsOf } from './manifests.ts';

const KEY = (name: string): string => `metadata.annotations["${name}"]`;

describe('the issuer of an Ingress', () => {
  it('is an Issuer of its namespace, or of the kind and group that are annotated', () => {
    const annotations =
      'cert-manager.io/issuer: corp\ncert-manager.io/issuer-kind: AWSPCAClusterIssuer\ncert-manager.io/issuer-group: awspca.cert-manager.io';
    const issuer = `apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAClusterIssuer
metadata: {name: corp}
spec: {arn: 'arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/12345678-1234-1234-1234-123456789012', region: eu-west-1}
`;
    expect(madeOf(`${ingress(annotations)}---\n${issuer}`)).toMatchObject([
      { issuerRef: { name: 'corp', kind: 'AWSPCAClusterIssuer', group: 'awspca.cert-manager.io' } },
    ]);
    expect(saidOf(ingress('cert-manager.io/issuer: letsencrypt'))).toEqual([
      `error 6:29 ISSUER_NOT_FOUND ${KEY('cert-manager.io/issuer')}`,
    ]);
  });

  it('of the other kind is found, with a hint', () => {
    expect(wordsOf(ingress('cert-manager.io/issuer: letsencrypt'))).toEqual([
      'Issuer "default/letsencrypt" is not declared; there is a ClusterIssuer "letsencrypt": the annotation for it names a ClusterIssuer',
    ]);
  });

  it.each([
    ['both kinds', 'cert-manager.io/issuer: a', 'error 7:29 SHIM_ISSUER_INVALID', 'cert-manager.io/issuer'],
    [
      'a kind beside a ClusterIssuer',
      'cert-manager.io/issuer-kind: Issuer',
      'error 7:34 SHIM_ISSUER_INVALID',
      'cert-manager.io/issuer-kind',
    ],
    [
      'a group beside a ClusterIssuer',
      'cert-manager.io/issuer-group: cert-manager.io',
      'error 7:35 SHIM_ISSUER_INVALID',
      'cert-manager.io/issuer-group',
    ],
  ])('cannot be named by %s', (_, line, said, key) => {
    const text = ingress(`cert-manager.io/cluster-issuer: letsencrypt\n${line}`);
    expect(saidOf(text)).toEqual([`${said} ${KEY(key)}`]);
    expect(madeOf(text)).toEqual([]);
  });

  it('cannot be named by nothing', () => {
    expect(saidOf(ingress('cert-manager.io/issuer: ""'))).toEqual([
      `error 6:29 SHIM_ISSUER_INVALID ${KEY('cert-manager.io/issuer')}`,
    ]);
  });

  it('of an unknown group or kind is refused at its annotation', () => {
    expect(saidOf(ingress('cert-manager.io/issuer: a\ncert-manager.io/issuer-kind: ClusterIsuer'))).toEqual([
      `error 7:34 ISSUER_KIND_INVALID ${KEY('cert-manager.io/issuer-kind')}`,
    ]);
    expect(saidOf(ingress('cert-manager.io/issuer: a\ncert-manager.io/issuer-group: example.org'))).toEqual([
      `error 7:35 ISSUER_GROUP_NOT_SUPPORTED ${KEY('cert-manager.io/issuer-group')}`,
    ]);
  });
});

describe('an Ingress that names no issuer', () => {
  it('but asks for a certificate is warned of, with the reason', () => {
    const text = ingress('kubernetes.io/tls-acme: "true"');
    expect(saidOf(text)).toEqual([`warning 6:29 SHIM_ISSUER_MISSING ${KEY('kubernetes.io/tls-acme')}`]);
    expect(wordsOf(text)).toEqual([
      'kubernetes.io/tls-acme asks the default issuer for a certificate, and Evercert has no default issuer: none is made; add cert-manager.io/issuer or cert-manager.io/cluster-issuer',
    ]);
    expect(passedOver(text)).toEqual(['Ingress 1']);
  });

  it('asks with "true" only', () => {
    expect(saidOf(ingress('kubernetes.io/tls-acme: "false"'))).toEqual([]);
  });

  it('but says what the certificate is to be is warned of', () => {
    expect(saidOf(ingress('cert-manager.io/duration: 24h'))).toEqual([
      `warning 6:5 SHIM_ISSUER_MISSING ${KEY('cert-manager.io/duration')}`,
    ]);
  });

  it('because its annotation is misspelled is told which was meant', () => {
    const text = ingress('cert-manager.io/cluster-isuer: letsencrypt');
    expect(wordsOf(text)).toEqual([
      'cert-manager\'s shims do not read "cert-manager.io/cluster-isuer"; did you mean cert-manager.io/cluster-issuer?',
    ]);
    expect(passedOver(text)).toEqual(['Ingress 1']);
  });
});

describe('a Gateway', () => {
  it('has no default issuer to ask', () => {
    expect(saidOf(gateway('  - {name: a}', 'kubernetes.io/tls-acme: "true"'))).toEqual([]);
  });
});
