// `literalSubject`: a distinguished name as RFC 4514 writes it. It must never know what else the certificate says.

/** One RDN: most have one attribute. */
export type LiteralRdn = readonly { readonly oid: string; readonly value: string }[];

/** The short names that cert-manager knows (pkg/util/pki/subject.go); any other attribute is written as its OID. */
const OIDS: Readonly<Record<string, string>> = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  SERIALNUMBER: '2.5.4.5',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  STREET: '2.5.4.9',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
};
const COMMON_NAME = '2.5.4.3';

export const isOid = (text: string): boolean => /^[0-2](\.(0|[1-9]\d{0,17}))+$/.test(text) && isRootedOid(text);

/** X.660: below 0 and 1 there are 40 arcs. */
const isRootedOid = (text: string): boolean => {
  const [first, second] = text.split('.').map(Number);
  return first === 2 || second! < 40;
};

type Parsed<T> = T | { readonly fault: string };

interface Piece {
  readonly text: string;
  /** The separator after it; empty at the end. */
  readonly end: string;
}

/** Cuts at separators that no backslash protects; backslashes stay. */
const cut = (text: string, separators: string): Piece[] => {
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (separators.includes(text[at]!)) {
      pieces.push({ text: text.slice(from, at), end: text[at]! });
      from = at + 1;
    }
  }
  return [...pieces, { text: text.slice(from), end: '' }];
};

/** Spaces around a value are not part of it, unless escaped. */
const trimmed = (text: string): string => {
  const begun = text.replace(/^ +/, '');
  const ended = begun.replace(/ +$/, '');
  return ended.length < begun.length && /(^|[^\\])(\\\\)*\\$/.test(ended) ? `${ended} ` : ended;
};

const SPECIAL = ' "#+,;<=>\\';

/** RFC 4514 section 2.4 backwards: `\,` and `\C3\A4` to what they stand for. */
const unescaped = (text: string): Parsed<string> => {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  const characters = [...text];
  for (let at = 0; at < characters.length; at++) {
    const one = characters[at]!;
    if (one !== '\\') {
      bytes.push(...encoder.encode(one));
      continue;
    }
    const next = characters[at + 1];
    const pair = `${next ?? ''}${characters[at + 2] ?? ''}`;
    if (next !== undefined && SPECIAL.includes(next)) {
      bytes.push(...encoder.encode(next));
      at += 1;
    } else if (/^[0-9A-Fa-f]{2}$/.test(pair)) {
      bytes.push(Number.parseInt(pair, 16));
      at += 2;
    } else return { fault: `a backslash stands before "${next ?? ''}"` };
  }
  const value = Buffer.from(bytes).toString('utf8');
  return value.includes('\ufffd') && !text.includes('\ufffd') ? { fault: 'escaped bytes that are no UTF-8' } : value;
};

const attributeOf = (text: string): Parsed<{ readonly oid: string; readonly value: string }> => {
  const equals = text.indexOf('=');
  if (equals < 0) return { fault: `"${text.trim().slice(0, 80)}" has no equals sign` };
  const type = text.slice(0, equals).trim();
  const oid = Object.hasOwn(OIDS, type) ? OIDS[type]! : type;
  if (!isOid(oid)) {
    const upper = Object.hasOwn(OIDS, type.toUpperCase()) ? `: write ${type.toUpperCase()}` : '';
    return { fault: `"${type.slice(0, 80)}" is no attribute type${upper}` };
  }
  const written = trimmed(text.slice(equals + 1));
  if (written.startsWith('#')) return { fault: 'values as #hex are not read: write the text' };
  const value = unescaped(written);
  if (typeof value !== 'string') return value;
  return value === '' ? { fault: `${type} has no value` } : { oid, value };
};

/**
 * The RDNs in the order in which they stand in the certificate: the reverse of the written one (RFC 4514 section 2.1).
 * `fault` says in words what cannot be read.
 */
export const parseLiteralSubject = (text: string): Parsed<{ readonly rdns: readonly LiteralRdn[] }> => {
  const rdns: LiteralRdn[] = [];
  let open: LiteralRdn = [];
  for (const { text: piece, end } of cut(text, ',;+')) {
    const attribute = attributeOf(piece);
    if ('fault' in attribute) return attribute;
    open = [...open, attribute];
    if (end === '+') continue;
    rdns.unshift(open);
    open = [];
  }
  return { rdns };
};

/** The common name in it: the last one that stands in the certificate's order, as cert-manager takes it. */
export const commonNameIn = (rdns: readonly LiteralRdn[]): string | undefined =>
  rdns.flat().findLast(({ oid }) => oid === COMMON_NAME)?.value;
