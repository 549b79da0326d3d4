// Several manifests, or several entries of one, that say the same.
import { describe, expect, it } from 'vitest';
import { CLUSTER, ingress, madeOf, saidOf } from './manifests.ts';

describe('Ingresses that ask for the same Certificate', () => {
  const canary = ingress(CLUSTER).replace('name: web\n', 'name: web-canary\n  labels: {track: canary}\n');

  it('make one, as the first of them would, where they ask for nothing else', () => {
    const text = `${ingress(CLUSTER)}---\n${canary}`;
    expect(saidOf(text)).toEqual([]);
    expect(madeOf(text)).toMatchObject([{ name: 'web-tls', labels: {}, dnsNames: ['www.example.com'] }]);
  });

  it.each([
    ['other hosts', ingress(CLUSTER, '  - {hosts: [api.example.com], secretName: web-tls}')],
    ['another issuer', ingress('cert-manager.io/cluster-issuer: own')],
    ['another duration', ingress(`${CLUSTER}\ncert-manager.io/duration: 240h`)],
  ])('are told of each other where one asks for %s', (_, other) => {
    expect(saidOf(`${ingress(CLUSTER)}---\n${other}`).filter((one) => one.includes('DOCUMENT_TWICE'))).toHaveLength(2);
  });
});

describe('a mistake in an annotation', () => {
  const entries = '  - {hosts: [a.example.com], secretName: a}\n  - {hosts: [b.example.com], secretName: b}';

  it('is said once, however many Certificates are made', () => {
    expect(saidOf(ingress(`${CLUSTER}\ncert-manager.io/duration: 30m`, entries))).toEqual([
      'error 7:31 DURATION_TOO_SHORT metadata.annotations["cert-manager.io/duration"]',
    ]);
    expect(saidOf(ingress('cert-manager.io/issuer: letsencrypt', entries))).toEqual([
      'error 6:29 ISSUER_NOT_FOUND metadata.annotations["cert-manager.io/issuer"]',
    ]);
  });
});
