// The MAC over a PKCS#12 store: PKCS#12's own (RFC 7292 section 4 and appendix B) or PBMAC1 (RFC 9579). It must never
// know what lies in the store.
import { createHmac } from 'node:crypto';
import { algorithm, integer, nothing, octets, sequence } from '#core/certificate/write-der.ts';
import type { RandomBytes } from '#core/ports.ts';
import { hmacSha256, ITERATIONS, pbkdf2Algorithm } from './encryption.ts';
import { pbkdf2Key, pkcs12Key } from './password-keys.ts';

export type Integrity = 'SHA-1' | 'SHA-256' | 'PBMAC1';

const SHA1 = '1.3.14.3.2.26';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const PBMAC1 = '1.2.840.113549.1.5.14';

interface Given {
  readonly password: string;
  readonly salts: RandomBytes;
}

/** go-pkcs12's legacy stores take one iteration, the default, which DER leaves out. */
const sha1Mac = (content: Uint8Array, { password, salts }: Given): Buffer => {
  const salt = salts.bytes(8);
  const key = pkcs12Key({ hash: 'sha1', password, salt, iterations: 1, purpose: 'mac', length: 20 });
  const digest = createHmac('sha1', key).update(content).digest();
  return sequence(sequence(algorithm(SHA1, nothing()), octets(digest)), octets(salt));
};

const sha256Mac = (content: Uint8Array, { password, salts }: Given): Buffer => {
  const salt = salts.bytes(16);
  const key = pkcs12Key({ hash: 'sha256', password, salt, iterations: ITERATIONS, purpose: 'mac', length: 32 });
  const digest = createHmac('sha256', key).update(content).digest();
  return sequence(sequence(algorithm(SHA256, nothing()), octets(digest)), octets(salt), integer(ITERATIONS));
};

/** The salt and count outside of the algorithm's parameters are there for old readers and mean nothing (RFC 9579 section 5). */
const pbmac1 = async (content: Uint8Array, { password, salts }: Given): Promise<Buffer> => {
  const salt = salts.bytes(16);
  const key = await pbkdf2Key(password, salt, ITERATIONS);
  const digest = createHmac('sha256', key).update(content).digest();
  const parameters = sequence(pbkdf2Algorithm(salt, 32), hmacSha256());
  return sequence(sequence(algorithm(PBMAC1, parameters), octets(digest)), octets(salt), integer(ITERATIONS));
};

/** MacData. */
export const macData = async (integrity: Integrity, content: Uint8Array, given: Given): Promise<Buffer> => {
  if (integrity === 'SHA-1') return sha1Mac(content, given);
  return integrity === 'SHA-256' ? sha256Mac(content, given) : pbmac1(content, given);
};
