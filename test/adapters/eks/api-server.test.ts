// The settings by which a cluster is reached: what is missing or malformed is said as the function starts.
import { beforeAll, describe, expect, it } from 'vitest';
import { apiServerOf } from '#adapters/eks/api-server.ts';
import { makeAuthority } from '#test/support/signing.ts';

const endpoint = 'https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
let pem: string;
beforeAll(async () => {
  pem = (await makeAuthority('kubernetes')).certificate.toString('pem');
});

describe('the API server of the settings', () => {
  it('is a host and the CA that it is known by', () => {
    const settings = { name: 'blue', endpoint: `${endpoint}/`, certificateAuthorityData: base64(`${pem}\n${pem}`) };
    expect(apiServerOf(settings)).toEqual({
      name: 'blue',
      endpoint: endpoint.toLowerCase(),
      caPem: `${pem}\n${pem}`,
    });
  });

  const words = (what: string): string => `setting of the cluster blue: ${what}; aws eks describe-cluster tells it`;
  it.each([
    ['no endpoint', {}, 'endpoint is missing'],
    ['no CA', { endpoint }, 'certificateAuthorityData is missing'],
    ['a host alone', { endpoint: 'blue.example.com' }, 'endpoint is no https URL: blue.example.com'],
    ['plain HTTP', { endpoint: 'http://blue' }, 'endpoint is no https URL: http://blue'],
    ['a path', { endpoint: `${endpoint}/k8s` }, 'endpoint is more than a host and a port'],
    ['a password', { endpoint: 'https://user:word@blue' }, 'endpoint is more than a host and a port'],
  ])('is refused with %s', (_what, given, said) => {
    const ca = 'endpoint' in given && said.startsWith('endpoint') ? { certificateAuthorityData: base64(pem) } : {};
    expect(() => apiServerOf({ name: 'blue', ...given, ...ca })).toThrow(
      expect.objectContaining({ code: 'INTERNAL', message: words(said) }),
    );
  });

  it.each([
    ['PEM that is not base64', () => pem, 'certificateAuthorityData is not base64 of a PEM certificate'],
    ['something else', () => base64('{}'), 'certificateAuthorityData is not base64 of a PEM certificate'],
    [
      'a certificate that is none',
      () => base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
      'certificateAuthorityData holds no certificate',
    ],
  ])('is refused with %s for a CA', (_what, data, said) => {
    const settings = { name: 'blue', endpoint, certificateAuthorityData: data() };
    expect(() => apiServerOf(settings)).toThrow(expect.objectContaining({ code: 'INTERNAL', message: words(said) }));
  });
});
