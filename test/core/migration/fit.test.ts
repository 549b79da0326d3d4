// Which Secret can be a certificate's first version, and what is said where it cannot.
import { beforeAll, describe, expect, it } from 'vitest';
import { keystoreMaker } from '#adapters/keystores/keystore-maker.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { fitOf } from '#core/migration/fit.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';
import { parsed, secretObject, type Theirs } from './theirs.ts';

const NOW = new Date('2026-11-25T12:00:00.000Z');
let w: World;
let declared: DeclaredCertificate;
beforeAll(async () => {
  w = world();
  [declared] = (await w.deploy(
    issuerYaml() + certificateYaml('web', ['web.example.com']) + certificateYaml('xeb', ['xeb.example.com']),
  )) as [DeclaredCertificate];
  await w.tick();
});

const changed = (spec: Partial<DeclaredCertificate['certificate']>): DeclaredCertificate => ({
  ...declared,
  certificate: { ...declared.certificate, ...spec },
});

const judge = async (
  change: (secret: Theirs & { data: Record<string, string>; metadata: { annotations: object } }) => Theirs,
  wanted: () => DeclaredCertificate = () => declared,
  options: { now?: Date; anyIssuer?: boolean } = {},
) => {
  const [secret] = parsed(change(secretObject(w, 'web') as Parameters<typeof change>[0]));
  const request = { declared: wanted(), secret: secret!, now: NOW, anyIssuer: false, ...options };
  const fit = await fitOf(request, keystoreMaker);
  return 'code' in fit ? fit : 'fit';
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const withData = (data: Readonly<Record<string, string>>) => (secret: { data: object }) => ({
  ...secret,
  data: { ...secret.data, ...data },
});

describe('a Secret fits', () => {
  it('as cert-manager keeps it', async () => {
    expect(await judge((secret) => secret)).toBe('fit');
  });

  it('without a word of whose issuer it was, or whatever that was where it does not matter', async () => {
    expect(await judge((secret) => ({ ...secret, metadata: { name: 'web-tls' } }))).toBe('fit');
    const other = (secret: Theirs) => ({
      ...secret,
      metadata: { name: 'web-tls', annotations: { 'cert-manager.io/issuer-name': 'le' } },
    });
    expect(await judge(other)).toEqual({
      code: 'IMPORT_OTHER_ISSUER',
      message: 'it is from Issuer/le, declared is ClusterIssuer/le',
    });
    expect(await judge(other, () => declared, { anyIssuer: true })).toBe('fit');
  });

  it('under the same token each time, and under another for other outputs', async () => {
    const tokenOf = async (wanted: DeclaredCertificate): Promise<string> => {
      const [secret] = parsed(secretObject(w, 'web'));
      const fit = await fitOf({ declared: wanted, secret: secret!, now: NOW, anyIssuer: false }, keystoreMaker);
      return 'token' in fit ? fit.token : '';
    };
    const first = await tokenOf(declared);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await tokenOf(declared)).toBe(first);
    expect(await tokenOf(changed({ additionalOutputFormats: ['DER'] }))).not.toBe(first);
  });
});

describe('a Secret is refused', () => {
  it.each<[string, string, Awaited<Parameters<typeof judge>[0]>, string]>([
    ['of another type', 'IMPORT_NOT_TLS', (secret) => ({ ...secret, type: 'Opaque' }), 'its type is Opaque'],
    ['without a key', 'IMPORT_UNREADABLE', withData({ 'tls.key': '' }), 'there is no tls.crt or no tls.key in it'],
    [
      'without certificates',
      'IMPORT_UNREADABLE',
      withData({ 'tls.crt': base64('x') }),
      'there is no certificate in tls.crt',
    ],
    [
      'with a broken certificate',
      'IMPORT_UNREADABLE',
      withData({ 'tls.crt': base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n') }),
      'a certificate in it cannot be read (Error)',
    ],
    ['with a broken key', 'IMPORT_UNREADABLE', withData({ 'tls.key': base64('x') }), 'tls.key cannot be read'],
  ])('%s', async (_, code, change, message) => {
    expect(await judge(change)).toEqual({ code, message });
  });

  it('with the key of another certificate', async () => {
    const { data } = secretObject(w, 'xeb') as { data: Record<string, string> };
    expect(await judge(withData({ 'tls.key': data['tls.key']! }))).toEqual({
      code: 'IMPORT_UNFIT',
      message: 'the certificate is for another key',
    });
  });

  it.each<[string, Partial<DeclaredCertificate['certificate']>, RegExp]>([
    ['for fewer names than declared', { dnsNames: ['web.example.com', 'b.example.com'] }, /b\.example\.com/],
    ['for more names than declared', { dnsNames: ['b.example.com'] }, /web\.example\.com/],
  ])('%s', async (_, spec, message) => {
    expect(
      await judge(
        (secret) => secret,
        () => changed(spec),
      ),
    ).toEqual({
      code: 'IMPORT_UNFIT',
      message: expect.stringMatching(message),
    });
  });

  it('with another kind of key than declared', async () => {
    const { privateKey } = declared.certificate;
    expect(
      await judge(
        (secret) => secret,
        () => changed({ privateKey: { ...privateKey, size: 384 } }),
      ),
    ).toEqual({
      code: 'IMPORT_UNFIT',
      message: 'the key is not ECDSA 384',
    });
  });

  it('that has expired', async () => {
    const { 'not-after': notAfter } = w.current('default/web');
    expect(
      await judge(
        (secret) => secret,
        () => declared,
        { now: new Date('2028-01-01T00:00:00Z') },
      ),
    ).toEqual({
      code: 'IMPORT_UNFIT',
      message: `it has expired at ${notAfter}`,
    });
  });

  it('without its intermediate', async () => {
    const { 'tls.crt': crt = '' } = w.current('default/web');
    const leaf = `${crt.split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`;
    expect(await judge(withData({ 'tls.crt': base64(leaf) }))).toEqual({
      code: 'IMPORT_UNFIT',
      message: 'the intermediate certificate is missing',
    });
  });
});
