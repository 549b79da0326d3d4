// A DER writer (ITU-T X.690), as small as keystores need it. It must never know what it writes.

/** Length in the definite form, short or long (X.690 section 8.1.3). */
const lengthOf = (count: number): Buffer => {
  if (count < 0x80) return Buffer.from([count]);
  const hex = count.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
};

const tagged = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, ...parts);

/** Elements in the order of their encodings, as DER wants a SET OF (X.690 section 11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Buffer => tagged(0x31, ...[...parts].sort(Buffer.compare));

export const octets = (bytes: Uint8Array): Buffer => tagged(0x04, bytes);
export const nothing = (): Buffer => tagged(0x05);

/** A small, non-negative integer. */
export const integer = (value: number): Buffer => {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return tagged(0x02, ...(bytes[0]! >= 0x80 ? [Buffer.from([0])] : []), bytes);
};

const base128 = (arc: number): readonly number[] => {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) | 0x80);
  return digits;
};

/** From its dotted text. */
export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
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
