// Whether what is asked lies within what a CA allows (RFC 5280 section 4.2.1.10). Pure; where verifiers differ, the
// stricter reading is taken: a certificate that some client refuses must not be signed.
import ipaddr from 'ipaddr.js';
import type { CaConstraints, ConstrainedKind, Subtree } from '../certificate/ca-constraints.ts';
import type { AlternativeNames } from '../certificate/content.ts';

/** `host` below (or, unless the base begins with a dot, at) the base. */
const isBelow = (host: string, base: string): boolean => {
  if (base === '') return true;
  return base.startsWith('.') ? host.endsWith(base) : host === base || host.endsWith(`.${base}`);
};

const hostOfUri = (uri: string): string => {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(uri)?.[1] ?? '';
  return host.toLowerCase();
};

const bytesOf = (address: string): readonly number[] => ipaddr.parse(address).toByteArray();

/** RFC 5280: address and mask, four octets each, or sixteen. */
const isInRange = (address: string, range: string): boolean => {
  const both = [...Buffer.from(range, 'hex')];
  const bytes = bytesOf(address);
  if (both.length !== 2 * bytes.length) return false;
  return bytes.every((byte, i) => (byte & both[bytes.length + i]!) === (both[i]! & both[bytes.length + i]!));
};

const mailIsAt = (mail: string, base: string): boolean => {
  if (base.includes('@')) return mail === base;
  const host = mail.slice(mail.lastIndexOf('@') + 1);
  return base.startsWith('.') ? host.endsWith(base) : host === base;
};

/** A host alone is meant by a URI base without leading dot; clients that read it as a domain are heeded where it excludes. */
const uriIsAt = (uri: string, base: string): boolean =>
  base.startsWith('.') ? hostOfUri(uri).endsWith(base) : hostOfUri(uri) === base;

type Match = (name: string, base: string) => boolean;

const PERMITS: Readonly<Record<ConstrainedKind, Match>> = {
  dns: isBelow,
  email: mailIsAt,
  uri: uriIsAt,
  ip: isInRange,
};

/** A wildcard stands for each name of one label more: it must not be able to be an excluded one. */
const dnsTouches: Match = (name, base) => {
  if (isBelow(name, base)) return true;
  if (!name.startsWith('*.')) return false;
  const bare = base.replace(/^\./, '');
  return bare.slice(bare.indexOf('.') + 1) === name.slice(2) && bare.includes('.');
};

const EXCLUDES: Readonly<Record<ConstrainedKind, Match>> = {
  dns: dnsTouches,
  email: (mail, base) => mailIsAt(mail, base) || (!base.includes('@') && isBelow(mail.split('@').at(-1)!, base)),
  uri: (uri, base) => isBelow(hostOfUri(uri), base),
  ip: isInRange,
};

const namesOf = (names: AlternativeNames): [ConstrainedKind, string][] => [
  ...names.dnsNames.map((name): [ConstrainedKind, string] => ['dns', name.toLowerCase()]),
  ...names.emailAddresses.map((mail): [ConstrainedKind, string] => ['email', mail.toLowerCase()]),
  ...names.uris.map((uri): [ConstrainedKind, string] => ['uri', uri.toLowerCase()]),
  ...names.ipAddresses.map((address): [ConstrainedKind, string] => ['ip', address]),
];

const refusal = (kind: ConstrainedKind, name: string, { permitted, excluded }: CaConstraints): string | undefined => {
  const of = (list: readonly Subtree[]) => list.filter((subtree) => subtree.kind === kind);
  if (of(excluded).some(({ base }) => EXCLUDES[kind](name, base))) return `${name} is excluded`;
  const allowed = of(permitted);
  return allowed.length > 0 && !allowed.some(({ base }) => PERMITS[kind](name, base))
    ? `${name} is not among what is permitted`
    : undefined;
};

/** Each name that these constraints do not let pass, and why; empty: all may be signed. */
export const outside = (names: AlternativeNames, constraints: CaConstraints): readonly string[] =>
  namesOf(names).flatMap(([kind, name]) => refusal(kind, name, constraints) ?? []);
