// A DER writer (ITU-T X.690), as small as certificates, requests and keystores need it. Pure; it must never know what it writes.

/** Length in the definite form, short or long (X.690 section 8.1.3). */
const lengthOf = (count: number): Buffer => {
  if (count < 0x80) return Buffer.from([count]);
  const hex = count.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
};

/** Any tag, around its parts. */
export const tagged = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, ...parts);

/** Elements in the order of their encodings, as DER wants a SET OF (X.690 section 11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Buffer => tagged(0x31, ...[...parts].sort(Buffer.compare));

export const octets = (bytes: Uint8Array): Buffer => tagged(0x04, bytes);
export const nothing = (): Buffer => tagged(0x05);

/** A non-negative integer of any size, big-endian. */
export const integerOf = (bytes: Uint8Array): Buffer => {
  const from = bytes.findIndex((byte) => byte !== 0);
  const digits = from < 0 ? Buffer.from([0]) : bytes.subarray(from);
  return tagged(0x02, ...(digits[0]! >= 0x80 ? [Buffer.from([0])] : []), digits);
};

/** DER leaves FALSE out where it is the default: only TRUE is written. */
export const yes = (): Buffer => tagged(0x01, Buffer.from([0xff]));

export const bitString = (bytes: Uint8Array): Buffer => tagged(0x03, Buffer.from([0]), bytes);

/** Named bits, the first one highest, without trailing zeros (X.690 section 11.2.2); empty: no bits. */
export const namedBits = (bits: readonly number[]): Buffer => {
  if (bits.length === 0) return tagged(0x03, Buffer.from([0]));
  const last = Math.max(...bits);
  const bytes = Buffer.alloc(Math.floor(last / 8) + 1);
  for (const bit of bits) bytes[bit >> 3]! |= 0x80 >> (bit & 7);
  return tagged(0x03, Buffer.from([7 - (last & 7)]), bytes);
};

export const utf8String = (text: string): Buffer => tagged(0x0c, Buffer.from(text, 'utf8'));
export const printableString = (text: string): Buffer => tagged(0x13, Buffer.from(text, 'latin1'));
export const ia5String = (text: string): Buffer => tagged(0x16, Buffer.from(text, 'latin1'));

/** UTCTime before 2050, GeneralizedTime from then on (RFC 5280 section 4.1.2.5); whole seconds. */
export const time = (at: Date): Buffer => {
  const digits = `${at.toISOString().replace(/[-:T]|\..*/g, '')}Z`;
  return at.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : tagged(0x18, Buffer.from(digits, 'latin1'));
};

/** A small, non-negative integer. */
export const integer = (value: number): Buffer => {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return tagged(0x02, ...(bytes[0]! >= 0x80 ? [Buffer.from([0])] : []), bytes);
};

const base128 = (arc: bigint): readonly number[] => {
  const digits = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) digits.unshift(Number(rest & 0x7fn) | 0x80);
  return digits;
};

/** From its dotted text; arcs of any size. */
export const oid = (dotted: string): Buffer => {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  return tagged(0x06, Buffer.from([first * 40n + second, ...rest].flatMap(base128)));
};

/** UTF-16, big-endian. */
export const bmpString = (text: string): Buffer => tagged(0x1e, Buffer.from(text, 'utf16le').swap16());

/** [n] EXPLICIT. */
export const explicit = (n: number, content: Uint8Array): Buffer => tagged(0xa0 | n, content);

/** [n] IMPLICIT OCTET STRING. */
export const implicitOctets = (n: number, bytes: Uint8Array): Buffer => tagged(0x80 | n, bytes);

/** AlgorithmIdentifier; without parameters where none are given. */
export const algorithm = (dotted: string, parameters?: Uint8Array): Buffer =>
  sequence(oid(dotted), ...(parameters === undefined ? [] : [parameters]));
