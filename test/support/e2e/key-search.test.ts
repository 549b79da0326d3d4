// The search for keys must be able to fail: it finds each form of each kind of key, wherever it stands in a text, and
// nothing in what certificates and requests show.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formsOf, searchKeys } from './key-search.ts';

const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1'): string =>
  String(key.export({ type, format: 'pem' } as never));
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const wide = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEYS = [
  ['ECDSA 256', pem(ec.privateKey, 'sec1')],
  ['ECDSA 384', pem(wide.privateKey, 'pkcs8')],
  ['RSA', pem(rsa.privateKey, 'pkcs1')],
] as const;

/** A single line of a PEM may hold the public part alone. */
const isTelling = ({ form, text }: { form: string; text: string }): boolean =>
  text.length >= 20 && !form.includes('PEM line');

describe.each(KEYS)('a key of %s', (_, key) => {
  it.each(
    formsOf(key)
      .filter(isTelling)
      .map(({ form, text }) => [form, text]),
  )('is found as %s', (form, text) => {
    const found = searchKeys([key], [{ name: 'log', text: `{"message":"before${text}after"}` }]);
    expect(found.length).toBeGreaterThan(0);
    expect(
      searchKeys([key], [{ name: 'log', text: `x ${form.endsWith('hex') ? text.toUpperCase() : text}` }]),
    ).not.toEqual([]);
  });

  it('is found as PEM, also inside a JSON text and without its first and last lines', () => {
    expect(searchKeys([key], [{ name: 'a', text: key }])).toContain('a: a PEM header');
    expect(searchKeys([key], [{ name: 'a', text: JSON.stringify({ key }) }])).toContain('a: a PEM header');
    const body = JSON.stringify(key.replaceAll(/-----.*-----\n/g, ''));
    expect(searchKeys([key], [{ name: 'a', text: body }])).not.toEqual([]);
  });
});

describe('what is no private key', () => {
  it('is not found: the public key in any encoding, at any offset', () => {
    const texts = [ec, wide, rsa].flatMap(({ publicKey }) => {
      const der = publicKey.export({ type: 'spki', format: 'der' });
      return [0, 1, 2].flatMap((shift) => {
        const moved = Buffer.concat([Buffer.from('abc').subarray(0, shift), der]);
        return [
          moved.toString('base64'),
          moved.toString('base64url'),
          moved.toString('hex'),
          der.toString('hex').toUpperCase(),
        ];
      });
    });
    const keys = KEYS.map(([, key]) => key);
    expect(
      searchKeys(
        keys,
        texts.map((text, index) => ({ name: String(index), text })),
      ),
    ).toEqual([]);
    expect(
      searchKeys(keys, [{ name: 'a', text: String(rsa.publicKey.export({ type: 'spki', format: 'pem' })) }]),
    ).toEqual([]);
  });

  it('is told by its looks alone where it is a key of somebody else', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(searchKeys([], [{ name: 'a', text: JSON.stringify(other.export({ format: 'jwk' })) }])).toEqual([
      'a: a private member of a JWK',
    ]);
    expect(
      searchKeys([], [{ name: 'a', text: JSON.stringify(JSON.stringify(other.export({ format: 'jwk' }))) }]),
    ).toEqual(['a: a private member of a JWK']);
  });
});
