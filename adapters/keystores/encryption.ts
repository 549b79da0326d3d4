// How a PKCS#12 store is encrypted: by passwords, with PKCS#12's own schemes (RFC 7292 appendix C) or PBES2 (RFC 8018).
// It must never know what is encrypted.
import { createCipheriv } from 'node:crypto';
import { algorithm, integer, nothing, octets, oid, sequence } from '#core/certificate/write-der.ts';
import type { RandomBytes } from '#core/ports.ts';
import { pbkdf2Key, pkcs12Key } from './password-keys.ts';

export type Scheme = 'RC2-40' | '3DES' | 'AES-256';

export interface Encrypted {
  /** AlgorithmIdentifier. */
  readonly algorithm: Buffer;
  readonly bytes: Buffer;
}

/** go-pkcs12's figure, which cert-manager takes as it is. */
export const ITERATIONS = 2_048;

const PBE_3DES = '1.2.840.113549.1.12.1.3';
const PBE_RC2_40 = '1.2.840.113549.1.12.1.6';
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const HMAC_SHA256 = '1.2.840.113549.2.9';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';

export const hmacSha256 = (): Buffer => algorithm(HMAC_SHA256, nothing());

/** PBKDF2-params; the key's length is named where `length` is given (RFC 9579 wants it). */
export const pbkdf2Algorithm = (salt: Uint8Array, length?: number): Buffer =>
  algorithm(
    PBKDF2,
    sequence(octets(salt), integer(ITERATIONS), ...(length === undefined ? [] : [integer(length)]), hmacSha256()),
  );

const ciphered = (cipher: string, key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Buffer => {
  const machine = createCipheriv(cipher, key, iv);
  return Buffer.concat([machine.update(plain), machine.final()]);
};

/** OpenSSL 3 keeps RC2 in its legacy provider, which Node does not load. */
const rc2 = async (key: Buffer, iv: Buffer, plain: Uint8Array): Promise<Buffer> => {
  const { default: cipher } = await import('node-forge/lib/rc2.js');
  const { default: util } = await import('node-forge/lib/util.js');
  const machine = cipher.createEncryptionCipher(key.toString('latin1'), 40);
  machine.start(iv.toString('latin1'));
  machine.update(util.createBuffer(Buffer.from(plain).toString('latin1')));
  machine.finish();
  return Buffer.from(machine.output.getBytes(), 'latin1');
};

const pbes1 = async (
  scheme: 'RC2-40' | '3DES',
  plain: Uint8Array,
  { password, salts }: { password: string; salts: RandomBytes },
): Promise<Encrypted> => {
  const salt = salts.bytes(8);
  const derived = { hash: 'sha1', password, salt, iterations: ITERATIONS } as const;
  const iv = pkcs12Key({ ...derived, purpose: 'iv', length: 8 });
  const key = pkcs12Key({ ...derived, purpose: 'key', length: scheme === '3DES' ? 24 : 5 });
  const parameters = sequence(octets(salt), integer(ITERATIONS));
  return scheme === '3DES'
    ? { algorithm: algorithm(PBE_3DES, parameters), bytes: ciphered('des-ede3-cbc', key, iv, plain) }
    : { algorithm: algorithm(PBE_RC2_40, parameters), bytes: await rc2(key, iv, plain) };
};

const pbes2 = async (
  plain: Uint8Array,
  { password, salts }: { password: string; salts: RandomBytes },
): Promise<Encrypted> => {
  const salt = salts.bytes(16);
  const iv = salts.bytes(16);
  const key = await pbkdf2Key(password, salt, ITERATIONS);
  const parameters = sequence(pbkdf2Algorithm(salt), sequence(oid(AES_256_CBC), octets(iv)));
  return { algorithm: algorithm(PBES2, parameters), bytes: ciphered('aes-256-cbc', key, iv, plain) };
};

/** Encrypts by a password, with salts of the given source. */
export const encrypted = (
  scheme: Scheme,
  plain: Uint8Array,
  by: { password: string; salts: RandomBytes },
): Promise<Encrypted> => (scheme === 'AES-256' ? pbes2(plain, by) : pbes1(scheme, plain, by));
