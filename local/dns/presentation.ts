// Names and TXT values as Route53 writes them (octal escapes, quoted strings). It must never know about zones or sockets.

/** `\ooo` and `\c` become the character. */
const decodeEscapes = (text: string): string =>
  text.replace(/\\([0-7]{3}|[\s\S])/g, (_, what: string) =>
    what.length === 3 ? String.fromCharCode(Number.parseInt(what, 8)) : what,
  );

/**
 * A DNS name as this folder compares it: lower case, no trailing dot, `\052` as `*`.
 * Route53 Developer Guide, "DNS domain name format".
 */
export const normalName = (name: string): string => decodeEscapes(name).toLowerCase().replace(/\.$/, '');

/** True where `name` is `parent` or lies under it; both in normal form. */
export const isWithin = (name: string, parent: string): boolean =>
  parent === '' || name === parent || name.endsWith(`.${parent}`);

/** The names from `name` up to the root (''), nearest first, `name` included. */
export function ancestry(name: string): string[] {
  const labels = name === '' ? [] : name.split('.');
  return [...labels.map((_, index) => labels.slice(index).join('.')), ''];
}

/** The character-strings of one TXT value, or what is wrong with it; `\"`, `\\` and `\ooo` are decoded. RFC 1035 section 3.3.14. */
export type TxtStrings = { strings: string[] } | { fault: 'unquoted' | 'too-long' };

const QUOTED = /\s*"((?:[^"\\]|\\[\s\S])*)"/y;

/** Reads a TXT value such as `"abc" "def"`: one or more quoted strings of at most 255 octets each. */
export function parseTxt(value: string): TxtStrings {
  const strings: string[] = [];
  QUOTED.lastIndex = 0;
  let end = 0;
  for (let match = QUOTED.exec(value); match; match = QUOTED.exec(value)) {
    strings.push(decodeEscapes(match[1] ?? ''));
    end = QUOTED.lastIndex;
  }
  if (strings.length === 0 || value.slice(end).trim() !== '') return { fault: 'unquoted' };
  if (strings.some((text) => Buffer.byteLength(text, 'latin1') > 255)) return { fault: 'too-long' };
  return { strings };
}
