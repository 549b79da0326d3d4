// ARI's name of a certificate: the RFC's own vector, and certificates that have no such name.

import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { certId, certIdOfDer } from '#core/certificate/cert-id.ts';
import { FakeHierarchy, readRequest } from '#test/support/acme/issuing.ts';
import { dnsRequest } from '#test/support/requests.ts';

/** RFC 9773, Appendix A. */
const EXAMPLE = `MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK`;
const DER = Buffer.from(EXAMPLE, 'base64');

const issued: X509Certificate[] = [];

beforeAll(async () => {
  const now = new Date('2026-11-25T12:00:00Z');
  const hierarchy = await FakeHierarchy.create(now);
  const key = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
  const request = await readRequest(await dnsRequest(key, ['a.example.com']));
  const notAfter = new Date(now.getTime() + 86_400_000);
  const [chain] = await hierarchy.issue({ ...request!, notBefore: now, notAfter });
  const blocks = chain!.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g)!;
  issued.push(...[...blocks, hierarchy.rootPem].map((pem) => new X509Certificate(pem)));
});

describe('the certID', () => {
  it('of the example of RFC 9773 keeps the leading 00 of its serial number', () => {
    expect(certIdOfDer(DER)).toBe('aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE');
  });

  it('is that of the leaf, by the key of its issuer', () => {
    const [leaf, intermediate] = issued;
    const [key, serial] = certId(leaf!)!.split('.');
    expect(Buffer.from(serial!, 'base64url').toString('hex').replace(/^00/, '').replace(/^0/, '')).toBe(
      leaf!.serialNumber.toLowerCase().replace(/^0+/, ''),
    );
    expect(intermediate!.raw.includes(Buffer.from(key!, 'base64url'))).toBe(true);
  });

  it('is absent where there is no authority key identifier', () => {
    expect(certId(issued.at(-1)!)).toBeUndefined();
  });

  it.each(Array.from({ length: 12 }, (_, i) => i * 27))(
    'of what ends after %i octets is absent, not an error',
    (length) => {
      expect(certIdOfDer(DER.subarray(0, length))).toBeUndefined();
    },
  );

  it('of what is no DER is absent, not an error', () => {
    for (const bytes of ['', '30', '3080', '30ff', '308501', '30020000', 'deadbeef'])
      expect(certIdOfDer(Buffer.from(bytes, 'hex'))).toBeUndefined();
  });
});
