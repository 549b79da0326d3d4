// Serial numbers of certificates that are signed here. Pure but for the bytes that it is given.
import type { RandomBytes } from '../ports.ts';

/** 159 random bits: positive, and 20 octets at most (RFC 5280 section 4.1.2.2). */
export const randomSerial = (random: RandomBytes): Uint8Array => {
  const bytes = random.bytes(20);
  return Uint8Array.from(bytes, (byte, i) => (i === 0 ? byte & 0x7f : byte));
};
