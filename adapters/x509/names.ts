// Names as X.509 writes them: distinguished names and GeneralNames (RFC 5280 sections 4.1.2.4 and 4.2.1.6). It must never
// know what is named.
import ipaddr from 'ipaddr.js';
import type { AlternativeNames, Rdn } from '#core/certificate/content.ts';
import {
  explicit,
  ia5String,
  oid,
  printableString,
  sequence,
  setOf,
  tagged,
  utf8String,
} from '#core/certificate/write-der.ts';

const DOMAIN_COMPONENT = '0.9.2342.19200300.100.1.25';
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';
const IA5_ATTRIBUTES = [DOMAIN_COMPONENT, EMAIL_ADDRESS];
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length;

const attributeValue = (type: string, text: string): Buffer => {
  if (IA5_ATTRIBUTES.includes(type) && isAscii(text)) return ia5String(text);
  return PRINTABLE.test(text) ? printableString(text) : utf8String(text);
};

/** RDNSequence, in the given order; PrintableString where it suffices, else UTF8String, as Go writes it. */
export const distinguishedName = (rdns: readonly Rdn[]): Buffer =>
  sequence(
    ...rdns.map((rdn) => setOf(...rdn.map(({ oid: type, value }) => sequence(oid(type), attributeValue(type, value))))),
  );

/** Context tags of GeneralName. */
const GENERAL = { otherName: 0, email: 1, dns: 2, uri: 6, ip: 7 } as const;

const primitive = (n: number, bytes: Uint8Array): Buffer => tagged(0x80 | n, bytes);
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

export const addressBytes = (address: string): Buffer => Buffer.from(ipaddr.parse(address).toByteArray());

export const uriName = (uri: string): Buffer => primitive(GENERAL.uri, ascii(uri));
export const dnsName = (name: string): Buffer => primitive(GENERAL.dns, ascii(name));
export const emailName = (address: string): Buffer => primitive(GENERAL.email, ascii(address));
export const ipName = (bytes: Uint8Array): Buffer => primitive(GENERAL.ip, bytes);

/** GeneralNames of all kinds; undefined: there are none. */
export const generalNames = (names: AlternativeNames): Buffer | undefined => {
  const all = [
    ...names.dnsNames.map(dnsName),
    ...names.emailAddresses.map(emailName),
    ...names.ipAddresses.map((address) => ipName(addressBytes(address))),
    ...names.uris.map(uriName),
    ...names.otherNames.map(({ oid: type, utf8Value }) =>
      explicit(GENERAL.otherName, Buffer.concat([oid(type), explicit(0, utf8String(utf8Value))])),
    ),
  ];
  return all.length === 0 ? undefined : sequence(...all);
};
