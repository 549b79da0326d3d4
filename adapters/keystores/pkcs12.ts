// PKCS#12 stores (RFC 7292) in cert-manager's profiles, as go-pkcs12 lays them out: certificates in one encrypted safe, the
// shrouded key in another. It must never know what a store is for.
import { createHash } from 'node:crypto';
import type { Pkcs12Profile } from '#core/certificate/ports.ts';
import {
  bmpString,
  explicit,
  implicitOctets,
  integer,
  octets,
  oid,
  sequence,
  setOf,
} from '#core/certificate/write-der.ts';
import type { RandomBytes } from '#core/ports.ts';
import { encrypted, type Scheme } from './encryption.ts';
import { type Integrity, macData } from './integrity.ts';

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERT_BAG = '1.2.840.113549.1.12.10.1.3';
/** By which Java knows a trust anchor; its value, any extended key usage, is Java's own. */
const JAVA_TRUSTED = '2.16.840.1.113894.746875.1.1';
const ANY_USAGE = '2.5.29.37.0';

interface Profile {
  readonly certificates: Scheme;
  readonly key: Scheme;
  readonly integrity: Integrity;
}

/** go-pkcs12's encoders of the same names. */
const PROFILES: Readonly<Record<Pkcs12Profile, Profile>> = {
  LegacyRC2: { certificates: 'RC2-40', key: '3DES', integrity: 'SHA-1' },
  LegacyDES: { certificates: '3DES', key: '3DES', integrity: 'SHA-1' },
  Modern2023: { certificates: 'AES-256', key: 'AES-256', integrity: 'SHA-256' },
  Modern2026: { certificates: 'AES-256', key: 'AES-256', integrity: 'PBMAC1' },
};

export interface Protection {
  readonly profile: Pkcs12Profile;
  readonly password: string;
  readonly salts: RandomBytes;
}

const attribute = (type: string, value: Uint8Array): Buffer => sequence(oid(type), setOf(value));

const bag = (type: string, value: Uint8Array, attributes: readonly Buffer[]): Buffer =>
  sequence(oid(type), explicit(0, value), ...(attributes.length === 0 ? [] : [setOf(...attributes)]));

const certificateBag = (der: Uint8Array, attributes: readonly Buffer[]): Buffer =>
  bag(CERT_BAG, sequence(oid(X509_CERTIFICATE), explicit(0, octets(der))), attributes);

const dataContent = (bytes: Uint8Array): Buffer => sequence(oid(DATA), explicit(0, octets(bytes)));

const certificateSafe = async (bags: readonly Buffer[], by: Protection): Promise<Buffer> => {
  const { algorithm, bytes } = await encrypted(PROFILES[by.profile].certificates, sequence(...bags), by);
  const content = sequence(oid(DATA), algorithm, implicitOctets(0, bytes));
  return sequence(oid(ENCRYPTED_DATA), explicit(0, sequence(integer(0), content)));
};

const keySafe = async (pkcs8: Uint8Array, attributes: readonly Buffer[], by: Protection): Promise<Buffer> => {
  const { algorithm, bytes } = await encrypted(PROFILES[by.profile].key, pkcs8, by);
  return dataContent(sequence(bag(SHROUDED_KEY_BAG, sequence(algorithm, octets(bytes)), attributes)));
};

/** PFX. */
const pfx = async (safes: readonly Buffer[], by: Protection): Promise<Buffer> => {
  const content = sequence(...safes);
  return sequence(integer(3), dataContent(content), await macData(PROFILES[by.profile].integrity, content, by));
};

/** A store with one key and its certificates (DER, leaf first); key and leaf carry the leaf's SHA-1 as their local key id. */
export const keyStore = async (
  content: { readonly pkcs8: Uint8Array; readonly certificates: readonly Uint8Array[] },
  by: Protection,
): Promise<Buffer> => {
  const [leaf = Buffer.alloc(0), ...others] = content.certificates;
  const id = attribute(LOCAL_KEY_ID, octets(createHash('sha1').update(leaf).digest()));
  const bags = [certificateBag(leaf, [id]), ...others.map((der) => certificateBag(der, []))];
  const certificates = await certificateSafe(bags, by);
  return pfx([certificates, await keySafe(content.pkcs8, [id], by)], by);
};

/** A store of trust anchors (DER), each under its own friendly name, as Java wants it. */
export const trustStore = async (
  anchors: readonly { readonly alias: string; readonly der: Uint8Array }[],
  by: Protection,
): Promise<Buffer> => {
  const bags = anchors.map(({ alias, der }) =>
    certificateBag(der, [attribute(FRIENDLY_NAME, bmpString(alias)), attribute(JAVA_TRUSTED, oid(ANY_USAGE))]),
  );
  return pfx([await certificateSafe(bags, by)], by);
};
