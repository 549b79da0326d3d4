// Keys from passwords: PKCS#12's own derivation (RFC 7292 appendix B) and PBKDF2 (RFC 8018). It must never know what
// is encrypted or authenticated with them.
import { createHash, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';

/** The characters as UTF-16, big-endian: what Java takes for a password's bytes. */
export const utf16 = (password: string): Buffer => Buffer.from(password, 'utf16le').swap16();

/** Block size of SHA-1 and SHA-256. */
const BLOCK = 64;

/** What a derived key is for (RFC 7292 appendix B.3). */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

export interface Derivation {
  readonly hash: 'sha1' | 'sha256';
  readonly password: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly purpose: keyof typeof PURPOSE;
  readonly length: number;
}

/** Repeated to a multiple of the block. */
const filled = (bytes: Uint8Array): Buffer => Buffer.alloc(Math.ceil(bytes.length / BLOCK) * BLOCK, bytes);

/** Each block of `state` becomes itself + `addend` + 1, modulo 2^512. */
const advanced = (state: Buffer, addend: Buffer): Buffer => {
  const next = Buffer.from(state);
  for (let block = 0; block < next.length; block += BLOCK) {
    let carry = 1;
    for (let i = BLOCK - 1; i >= 0; i--) {
      const sum = next[block + i]! + addend[i]! + carry;
      next[block + i] = sum & 0xff;
      carry = sum >> 8;
    }
  }
  return next;
};

/** RFC 7292 appendix B.2; the password ends with two zero bytes. */
export const pkcs12Key = ({ hash, password, salt, iterations, purpose, length }: Derivation): Buffer => {
  const id = Buffer.alloc(BLOCK, PURPOSE[purpose]);
  let state: Buffer = Buffer.concat([filled(salt), filled(Buffer.concat([utf16(password), Buffer.alloc(2)]))]);
  const made: Buffer[] = [];
  for (let bytes = 0; bytes < length; ) {
    let digest = createHash(hash).update(id).update(state).digest();
    for (let i = 1; i < iterations; i++) digest = createHash(hash).update(digest).digest();
    made.push(digest);
    bytes += digest.length;
    state = advanced(state, filled(digest).subarray(0, BLOCK));
  }
  return Buffer.concat(made).subarray(0, length);
};

const derive = promisify(pbkdf2);

/** PBKDF2 with HMAC-SHA-256 over the password's UTF-8: 32 bytes. */
export const pbkdf2Key = (password: string, salt: Uint8Array, iterations: number): Promise<Buffer> =>
  derive(password, salt, iterations, 32, 'sha256');
