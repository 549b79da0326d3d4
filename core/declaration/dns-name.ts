// One DNS name: from what was written to the lower-case A-label form (RFC 5890), or why not. It must never know the
// certificate that it stands in.
import { domainToASCII, domainToUnicode } from 'node:url';
import { parse } from 'tldts';
import type { Code } from './codes.ts';

export type NameAnswer =
  | { readonly name: string }
  | { readonly code: Code; readonly message: string; readonly hint: string };

const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

const shown = (text: string): string => `"${text.length > 80 ? `${text.slice(0, 77)}...` : text}"`;

const refuse = (code: Code, message: string, hint: string): NameAnswer => ({ code, message, hint });

/** The hint for what people paste in place of a name. */
const pastedHint = (text: string): string => {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'write the host name only, without scheme, port or path';
  if (text.includes('@')) return 'an e-mail address is no DNS name';
  if (/:\d+$/.test(text)) return 'write the host name without its port';
  if (text.includes('_')) return 'CAs issue no certificates for names with an underscore';
  if (/\s/.test(text)) return 'a name has no spaces: write one name per list item';
  return 'letters, digits and hyphens between dots; no label begins or ends with a hyphen';
};

const isIp = (text: string): boolean =>
  /^[\d.]+$/.test(text) ? /^\d+(\.\d+){3}$/.test(text) : text.includes(':') && parse(text).isIp === true;

/** UTS 46 for names that are not ASCII, else lower case. Empty where UTS 46 refuses. */
const toAscii = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is meant
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  const ascii = domainToASCII(text);
  // domainToASCII reads numbers as IPv4 addresses; names that are not ASCII never are.
  return /^[\d.]+$/.test(ascii) ? '' : ascii;
};

/** True unless the label claims to be an A-label and does not stand for a label in other letters (RFC 5890 section 2.3.2.1). */
const isValidALabel = (label: string): boolean => {
  if (!label.startsWith('xn--')) return true;
  const unicode = domainToUnicode(label);
  return unicode !== label && domainToASCII(unicode) === label;
};

const checkLabelsOf = (written: string, base: string): NameAnswer | undefined => {
  const labels = base.split('.');
  const long = labels.find((label) => label.length > 63);
  if (long !== undefined)
    return refuse(
      'DNS_NAME_TOO_LONG',
      `a label of ${shown(written)} has ${long.length} characters`,
      'a label has at most 63 characters',
    );
  if (base.includes('*'))
    return refuse(
      'DNS_NAME_WILDCARD',
      `the asterisk in ${shown(written)} is misplaced`,
      'write *.example.com: one asterisk, as the whole leftmost label',
    );
  const valid = labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1)!);
  return valid ? undefined : refuse('DNS_NAME_INVALID', `${shown(written)} is not a DNS name`, pastedHint(written));
};

/**
 * Normalises one name: A-labels, lower case, no trailing dot; `*.` is allowed as the whole leftmost label only.
 * Codes: DNS_NAME_INVALID, DNS_NAME_TOO_LONG, DNS_NAME_WILDCARD, DNS_NAME_IS_IP.
 */
export const normalizeDnsName = (written: string): NameAnswer => {
  if (written.length > 1024)
    return refuse(
      'DNS_NAME_TOO_LONG',
      `${shown(written)} has ${written.length} characters`,
      'a name has at most 253 characters',
    );
  const undotted = written.replace(/[.。．｡]$/u, '');
  if (isIp(undotted))
    return refuse('DNS_NAME_IS_IP', `${shown(written)} is an IP address`, 'an IP address belongs into ipAddresses');
  const wildcard = undotted.startsWith('*.');
  const base = toAscii(wildcard ? undotted.slice(2) : undotted);
  const wrong = checkLabelsOf(written, base);
  if (wrong !== undefined) return wrong;
  if (!base.split('.').every(isValidALabel)) {
    return refuse(
      'DNS_NAME_INVALID',
      `${shown(written)} holds an invalid xn-- label`,
      'write the name in its own letters',
    );
  }
  const name = wildcard ? `*.${base}` : base;
  if (name.length > 253)
    return refuse('DNS_NAME_TOO_LONG', `the name has ${name.length} characters`, 'a name has at most 253 characters');
  return { name };
};

/**
 * What an ACME CA never issues for: single labels, public suffixes, wildcards right under one. Of the Public Suffix
 * List only the ICANN section counts, as at Let's Encrypt: the owner of a suffix of the private section (github.io) may well hold a certificate for it.
 */
export const publicNameRefusal = (name: string): Exclude<NameAnswer, { name: string }> | undefined => {
  const base = name.replace(/^\*\./, '');
  const { publicSuffix, isIcann } = parse(base, { allowPrivateDomains: false });
  if (!base.includes('.') && isIcann !== true) {
    return {
      code: 'DNS_NAME_SINGLE_LABEL',
      message: `"${name}" has no dot`,
      hint: 'an ACME CA issues for fully qualified names only',
    };
  }
  if (publicSuffix === base) {
    return {
      code: 'DNS_NAME_PUBLIC_SUFFIX',
      message: `"${base}" is a public suffix`,
      hint: 'write a name below it that is yours',
    };
  }
  return undefined;
};

/** True where the name ends in a top-level domain of the public DNS. */
export const hasPublicTopLevel = (name: string): boolean =>
  parse(name.replace(/^\*\./, ''), { allowPrivateDomains: false }).isIcann === true;
