// Certificates signed by ourselves, read back by Node's crypto and by another reader's ASN.1.
import { createPublicKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { Sealed } from '#core/sealed.ts';
import { look } from '#test/contracts/issuers/look.ts';
import { ALL_NAMES, content, makeCa, makeKey, NO_NAMES, type OwnCa, signed } from '#test/support/contents.ts';

const KEYS = [
  ['RSA', 2048, 'PKCS1', 'RSA 2048', 'sha256WithRSAEncryption'],
  ['RSA', 3072, 'PKCS8', 'RSA 3072', 'sha256WithRSAEncryption'],
  ['RSA', 4096, 'PKCS1', 'RSA 4096', 'sha256WithRSAEncryption'],
  ['ECDSA', 256, 'PKCS1', 'ECDSA 256', 'ecdsa-with-SHA256'],
  ['ECDSA', 384, 'PKCS8', 'ECDSA 384', 'ecdsa-with-SHA384'],
  ['ECDSA', 521, 'PKCS1', 'ECDSA 521', 'ecdsa-with-SHA512'],
  ['Ed25519', 256, 'PKCS8', 'Ed25519', 'ED25519'],
] as const;

const algorithmOf = (certificate: X509Certificate): string | undefined =>
  (certificate as X509Certificate & { signatureAlgorithm?: string }).signatureAlgorithm;

let root: OwnCa;
beforeAll(async () => {
  root = await makeCa('Root');
});

describe.each(KEYS)('a key of %s %i in %s', (algorithm, size, encoding, named, signature) => {
  it('is certified by a CA with another kind of key', async () => {
    const key = await makeKey(algorithm, size, encoding);
    const pem = await signed({ content: content(), key, signer: root });
    const leaf = new X509Certificate(pem);
    expect(look(pem).key).toBe(named);
    expect(leaf.publicKey.equals(createPublicKey(key.open()))).toBe(true);
    expect(algorithmOf(leaf)).toBe('ecdsa-with-SHA256');
    expect(leaf.verify(createPublicKey(root.key.open()))).toBe(true);
    expect(leaf.checkIssued(new X509Certificate(root.certificatePem))).toBe(true);
  });

  it('signs itself and others by its own algorithm', async () => {
    const ca = await makeCa('CA', { key: await makeKey(algorithm, size, encoding) });
    const certificate = new X509Certificate(ca.certificatePem);
    expect(algorithmOf(certificate)).toBe(signature);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    const leaf = new X509Certificate(await signed({ content: content(), key: await makeKey(), signer: ca }));
    expect(algorithmOf(leaf)).toBe(signature);
    expect(leaf.verify(certificate.publicKey)).toBe(true);
  });
});

describe('the signature algorithm', () => {
  it.each([
    ['RSA', 2048, 'SHA512WithRSA', 'sha512WithRSAEncryption'],
    ['RSA', 2048, 'ECDSAWithSHA256', 'sha256WithRSAEncryption'],
    ['ECDSA', 256, 'ECDSAWithSHA384', 'ecdsa-with-SHA384'],
    ['ECDSA', 521, 'ECDSAWithSHA256', 'ecdsa-with-SHA256'],
  ] as const)('of %s %i that asks for %s and signs itself is %s', async (algorithm, size, signatureAlgorithm, used) => {
    const asked = content({ signatureAlgorithm });
    const leaf = new X509Certificate(
      await signed({ content: asked, key: await makeKey(algorithm, size), signer: 'self' }),
    );
    expect(algorithmOf(leaf)).toBe(used);
    expect(leaf.verify(leaf.publicKey)).toBe(true);
  });

  it('that a request is to have does not bind its CA', async () => {
    const asked = content({ signatureAlgorithm: 'ECDSAWithSHA512' });
    const leaf = new X509Certificate(await signed({ content: asked, key: await makeKey(), signer: root }));
    expect(algorithmOf(leaf)).toBe('ecdsa-with-SHA256');
  });
});

describe('what a certificate says', () => {
  it('is serial, dates and names of all kinds', async () => {
    const pem = await signed({
      content: content({ names: ALL_NAMES }),
      key: await makeKey(),
      signer: root,
      serial: Uint8Array.of(0x00, 0xff, 0x01),
      notAfter: new Date('2050-01-01T00:00:00.999Z'),
    });
    const said = look(pem);
    expect(new X509Certificate(pem).serialNumber).toBe('FF01');
    expect(said.notBefore.toISOString()).toBe('2026-11-25T11:55:00.000Z');
    expect(said.notAfter.toISOString()).toBe('2050-01-01T00:00:00.000Z');
    expect(said.names).toEqual([
      'dns:*.example.com',
      'dns:www.example.com',
      'email:web@example.com',
      'ip:192.0.2.1',
      'ip:2001:db8::1',
      'other:1.3.6.1.4.1.311.20.2.3:utf8:wéb@example.com',
      'uri:spiffe://example.com/ns/web',
    ]);
    expect(said.subject).toEqual(['CN=www.example.com']);
  });

  it('has no subject where none is asked, and its names are critical then', async () => {
    const said = look(await signed({ content: content({ subject: [] }), key: await makeKey(), signer: root }));
    expect(said.subject).toEqual([]);
    expect(said.critical).toContain('2.5.29.17');
  });

  it('keeps the order of the subject; several values of one RDN are sorted as DER sorts a set', async () => {
    const subject = [
      [{ oid: '2.5.4.6', value: 'DE' }],
      [
        { oid: '2.5.4.10', value: 'Zürich' },
        { oid: '2.5.4.10', value: 'A' },
      ],
      [{ oid: '0.9.2342.19200300.100.1.25', value: 'example' }],
      [{ oid: '2.5.4.3', value: 'web' }],
      [{ oid: '2.5.4.5', value: '42' }],
    ];
    const said = look(await signed({ content: content({ subject }), key: await makeKey(), signer: root }));
    expect(said.subject).toEqual(['C=DE', 'O=A+O=Zürich', 'DC=example', 'CN=web', 'SERIALNUMBER=42']);
  });

  it('are its issuer’s URLs', async () => {
    const urls = {
      crlDistributionPoints: ['http://pki.example.com/a.crl', 'http://pki.example.com/b.crl'],
      ocspServers: ['http://ocsp.example.com'],
      issuingCertificateUrls: ['http://pki.example.com/ca.crt'],
    };
    const said = look(await signed({ content: content(), key: await makeKey(), signer: root, urls }));
    expect(said.crl).toEqual(['http://pki.example.com/a.crl', 'http://pki.example.com/b.crl']);
    expect(said.ocsp).toEqual(['http://ocsp.example.com']);
    expect(said.caIssuers).toEqual(['http://pki.example.com/ca.crt']);
  });

  it('marks key usage, basic constraints and, where asked, name constraints critical', async () => {
    const nameConstraints = {
      critical: true,
      permitted: { dnsDomains: ['example.com'], ipRanges: ['192.0.2.0/25', '2001:db8::/33'] },
      excluded: { emailAddresses: ['example.org'], uriDomains: ['.example.org'] },
    };
    const below = await makeCa('Below', { parent: root, pathLength: 0, content: { nameConstraints } });
    const said = look(below.certificatePem);
    expect(said.constraints).toBe('CA, path length 0');
    expect(said.usages).toEqual(['cRLSign', 'keyCertSign']);
    expect(said.critical).toEqual(['2.5.29.15', '2.5.29.19', '2.5.29.30']);
    expect(said.nameConstraints).toEqual([
      'excluded email:example.org',
      'excluded uri:.example.org',
      'permitted dns:example.com',
      'permitted ip:192.0.2.0/25',
      'permitted ip:2001:db8::/33',
    ]);
  });
});

describe('a chain', () => {
  it('repeats the name of its CA octet by octet, and its key identifier', async () => {
    const subject = [[{ oid: '2.5.4.10', value: 'Größe & Söhne' }], [{ oid: '2.5.4.3', value: 'Below' }]];
    const below = await makeCa('Below', { parent: root, content: { subject } });
    const [ca, leaf] = [
      new X509Certificate(below.certificatePem),
      new X509Certificate(await signed({ content: content(), key: await makeKey('Ed25519'), signer: below })),
    ];
    expect(leaf.issuer).toBe('O=Größe & Söhne\nCN=Below');
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(ca.checkIssued(new X509Certificate(root.certificatePem))).toBe(true);
  });

  it('is not begun by a pair that does not match, or cannot be read', async () => {
    const key = await makeKey();
    const sign = (signer: OwnCa) => signed({ content: content(), key, signer });
    await expect(sign({ ...root, key })).rejects.toMatchObject({ code: 'SIGNER_UNFIT' });
    await expect(sign({ ...root, key: new Sealed('garbage') })).rejects.toMatchObject({ code: 'SIGNER_UNFIT' });
    await expect(sign({ ...root, certificatePem: 'garbage' })).rejects.toMatchObject({ code: 'SIGNER_UNFIT' });
  });

  it('does not tell what a key that cannot be read holds', async () => {
    const broken = new Sealed('-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----');
    const failed = signed({
      content: content({ names: NO_NAMES }),
      key: await makeKey(),
      signer: { ...root, key: broken },
    });
    await expect(failed).rejects.toThrow("the CA's pair cannot sign: its key cannot be read");
  });
});
