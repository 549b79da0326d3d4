// Java's own keystore format (JKS, version 2), as sun.security.provider.JavaKeyStore reads it: weak, and asked for by those
// who have old software. It must never know what a store is for.
import { createHash } from 'node:crypto';
import { algorithm, nothing, octets, sequence } from '#core/certificate/write-der.ts';
import type { RandomBytes } from '#core/ports.ts';
import { utf16 } from './password-keys.ts';

const MAGIC = 0xfeedfeed;
const VERSION = 2;
const KEY_ENTRY = 1;
const TRUSTED_ENTRY = 2;
/** sun.security.provider.KeyProtector. */
const KEY_PROTECTOR = '1.3.6.1.4.1.42.2.17.1.1';
const WHITENER = 'Mighty Aphrodite';

export interface TrustedCertificate {
  readonly alias: string;
  readonly der: Uint8Array;
}

export interface JksContent {
  readonly key?: {
    readonly alias: string;
    readonly pkcs8: Uint8Array;
    /** DER, leaf first. */
    readonly chain: readonly Uint8Array[];
  };
  readonly trusted: readonly TrustedCertificate[];
  readonly createdAt: Date;
}

const sha1 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const instant = (at: Date): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(at.getTime()));
  return bytes;
};

/** DataOutput.writeUTF: a length of two bytes, then UTF-8 in which surrogates stand one by one. */
const utf = (text: string): Buffer => {
  const body = Buffer.concat(
    [...Array(text.length).keys()].map((i) => {
      const unit = text.charCodeAt(i);
      if (unit >= 1 && unit < 0x80) return Buffer.from([unit]);
      const last = 0x80 | (unit & 0x3f);
      if (unit < 0x800) return Buffer.from([0xc0 | (unit >> 6), last]);
      return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), last]);
    }),
  );
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([length, body]);
};

const sized = (bytes: Uint8Array): Buffer => Buffer.concat([u32(bytes.length), bytes]);
const certificate = (der: Uint8Array): Buffer => Buffer.concat([utf('X.509'), sized(der)]);

/** salt, key XOR a stream of chained SHA-1, then a check of the plain key. */
const protectedKey = (pkcs8: Uint8Array, password: Buffer, salts: RandomBytes): Buffer => {
  const salt = salts.bytes(20);
  const hidden = Buffer.from(pkcs8);
  let digest = sha1(password, salt);
  for (let i = 0; i < hidden.length; i++) {
    if (i > 0 && i % 20 === 0) digest = sha1(password, digest);
    hidden[i] = hidden[i]! ^ digest[i % 20]!;
  }
  const bytes = Buffer.concat([salt, hidden, sha1(password, pkcs8)]);
  return sequence(algorithm(KEY_PROTECTOR, nothing()), octets(bytes));
};

/** Aliases in lower case: Java looks them up so. */
const entry = (kind: number, alias: string, createdAt: Date, ...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([u32(kind), utf(alias.toLowerCase()), instant(createdAt), ...parts]);

/** The store's bytes, the SHA-1 over password, whitener and content at their end. */
export const javaKeyStore = (
  { key, trusted, createdAt }: JksContent,
  by: { readonly password: string; readonly salts: RandomBytes },
): Buffer => {
  const password = utf16(by.password);
  const keyEntries =
    key === undefined
      ? []
      : [
          entry(
            KEY_ENTRY,
            key.alias,
            createdAt,
            sized(protectedKey(key.pkcs8, password, by.salts)),
            u32(key.chain.length),
            ...key.chain.map(certificate),
          ),
        ];
  const entries = [
    ...keyEntries,
    ...trusted.map(({ alias, der }) => entry(TRUSTED_ENTRY, alias, createdAt, certificate(der))),
  ];
  const content = Buffer.concat([u32(MAGIC), u32(VERSION), u32(entries.length), ...entries]);
  return Buffer.concat([content, sha1(password, Buffer.from(WHITENER), content)]);
};
