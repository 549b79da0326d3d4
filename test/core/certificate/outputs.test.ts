// What was rendered against what is wanted: the first difference, in words.
import { expect, it } from 'vitest';
import { type Outputs, outputsDiffer, passwordsRead, wantedOutputs } from '#core/certificate/outputs.ts';
import type { CertificateSpec } from '#core/declaration/model.ts';

type Spec = Parameters<typeof wantedOutputs>[0];

const SPEC: Spec = {
  namespace: 'shop',
  privateKey: { algorithm: 'RSA', size: 2048, encoding: 'PKCS1', rotationPolicy: 'Always' },
  additionalOutputFormats: ['DER', 'CombinedPEM'],
  keystores: {
    pkcs12: { profile: 'LegacyDES', password: { secretRef: { name: 'pass', key: 'p12' } } },
    jks: { alias: 'web', password: { text: 'changeit' } },
  },
};

it('what is wanted names no password', () => {
  const wanted = wantedOutputs(SPEC);
  expect(wanted).toMatchObject({
    encoding: 'PKCS1',
    formats: ['CombinedPEM', 'DER'],
    pkcs12: 'LegacyDES',
    jks: 'web',
    passwords: { pkcs12: { from: 'pass#p12' } },
  });
  expect(wanted.passwords?.jks?.from).toMatch(/^the declaration [0-9a-f]{8}$/);
  expect(JSON.stringify(wanted)).not.toContain('changeit');
});

it('an Ed25519 key has one encoding, whatever is declared', () => {
  const privateKey: CertificateSpec['privateKey'] = { ...SPEC.privateKey, algorithm: 'Ed25519', size: 256 };
  expect(wantedOutputs({ namespace: 'shop', privateKey })).toEqual({ encoding: 'PKCS8' });
});

it('formats in another order are the same formats', () => {
  const other = wantedOutputs({ ...SPEC, additionalOutputFormats: ['CombinedPEM', 'DER'] });
  expect(outputsDiffer(wantedOutputs(SPEC), other)).toBeUndefined();
});

it('a version of a password is no difference by itself', () => {
  const wanted = wantedOutputs(SPEC);
  const marked = { ...wanted.passwords?.pkcs12, from: 'pass#p12', versionId: 'a' };
  const rendered: Outputs = { ...wanted, passwords: { ...wanted.passwords, pkcs12: marked } };
  expect(outputsDiffer(rendered, wanted)).toBeUndefined();
  expect(passwordsRead(rendered)).toEqual([{ name: 'pass', versionId: 'a' }]);
  expect(passwordsRead(wanted)).toEqual([]);
});

it.each<[string, Partial<Spec>, string]>([
  [
    'a profile',
    { keystores: { ...SPEC.keystores, pkcs12: { ...SPEC.keystores!.pkcs12!, profile: 'Modern2023' } } },
    'keystores.pkcs12 was LegacyDES and is now Modern2023',
  ],
  [
    'an alias',
    { keystores: { ...SPEC.keystores, jks: { ...SPEC.keystores!.jks!, alias: 'other' } } },
    'keystores.jks was web and is now other',
  ],
  [
    'a format that goes',
    { additionalOutputFormats: ['DER'] },
    'additionalOutputFormats was CombinedPEM, DER and is now DER',
  ],
  [
    'all formats',
    { additionalOutputFormats: [] },
    'additionalOutputFormats was CombinedPEM, DER and is now not asked for',
  ],
  [
    'a password',
    { keystores: { ...SPEC.keystores, jks: { alias: 'web', password: { text: 'other' } } } },
    'the password of keystores.jks is another one in the declaration',
  ],
])('%s makes a difference', (_, change, words) => {
  expect(outputsDiffer(wantedOutputs(SPEC), wantedOutputs({ ...SPEC, ...change }))).toBe(words);
});
