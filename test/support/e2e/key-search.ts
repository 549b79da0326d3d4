// Looks for private keys in text, in every form in which one could have slipped out. It must never print what it found:
// only where, and in which form.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

export interface Place {
  readonly name: string;
  readonly text: string;
}

/** A form in which a private key may be written. */
export interface KeyForm {
  readonly form: string;
  readonly text: string;
}

/** So many characters in a row of a key are a find: 15 bytes in base64, and no text has them by chance. */
const WINDOW = 20;

const PATTERNS: readonly (readonly [form: string, pattern: RegExp])[] = [
  ['a PEM header', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a private member of a JWK', /\\?"(d|p|q|dp|dq|qi|k)\\?"\s*:\s*\\?"[A-Za-z0-9_-]{20,}\\?"/],
];

const linesOf = (pem: string): string[] => pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));

const written = (name: string, data: Buffer): KeyForm[] => [
  { form: `${name} in base64`, text: data.toString('base64') },
  { form: `${name} in base64url`, text: data.toString('base64url') },
  { form: `${name} in hex`, text: data.toString('hex') },
];

const exported = (key: KeyObject, type: string, format: 'der' | 'pem'): string | Buffer =>
  key.export({ type, format } as never) as unknown as string | Buffer;

/** PEM lines, DER (PKCS#8 and PKCS#1 or SEC 1) and the private members of the JWK, as text. */
export const formsOf = (privatePem: string): readonly KeyForm[] => {
  const key = createPrivateKey(privatePem);
  const encodings = ['pkcs8', key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1'];
  const { d, p, q, dp, dq, qi } = key.export({ format: 'jwk' });
  const members = Object.entries({ d, p, q, dp, dq, qi }).filter(([, value]) => value !== undefined);
  return [
    ...encodings.flatMap((type) =>
      linesOf(String(exported(key, type, 'pem'))).map((text, index) => ({
        form: `${type} PEM line ${index + 1}`,
        text,
      })),
    ),
    // As Kubernetes writes a Secret; what stands before it decides how its letters fall into groups of three.
    ...['', ' ', '  '].map((before) => ({
      form: `PEM in base64, offset ${before.length}`,
      text: Buffer.from(before + privatePem).toString('base64'),
    })),
    ...encodings.flatMap((type) => written(`${type} DER`, exported(key, type, 'der') as Buffer)),
    ...members.flatMap(([name, value]) => written(`JWK ${name}`, Buffer.from(String(value), 'base64url'))),
  ];
};

function* windowsOf(text: string): Generator<string> {
  for (let at = 0; at + WINDOW <= text.length; at++) yield text.slice(at, at + WINDOW);
}

/** What certificates and requests show of a key lies in its private encodings too: at any offset, in each alphabet. */
const publicTexts = (privatePem: string): string[] => {
  const spki = exported(createPublicKey(privatePem), 'spki', 'der') as Buffer;
  return [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), spki]);
    return [shifted.toString('base64'), shifted.toString('base64url'), spki.toString('hex')];
  });
};

/** Every window of every form that is not public -> the form. */
const marksOf = (privatePem: string): [string, string][] => {
  const open = publicTexts(privatePem);
  return formsOf(privatePem).flatMap(({ form, text }) =>
    [...windowsOf(text)]
      .filter((one) => !open.some((shown) => shown.includes(one)))
      .map((one): [string, string] => [one, form]),
  );
};

const TOKENS = /[A-Za-z0-9+/=_-]+/g;
const UPPER_HEX = /^[0-9A-F]+$/;

/** Searches each place for these keys (PEM) in every form, and for all that looks like a key. Gives `place: form`, sorted. */
export const searchKeys = (keys: readonly string[], places: readonly Place[]): readonly string[] => {
  const marks = new Map(keys.flatMap(marksOf));
  const finds = new Set<string>();
  for (const { name, text } of places) {
    for (const [form, pattern] of PATTERNS) if (pattern.test(text)) finds.add(`${name}: ${form}`);
    for (const [token] of text.matchAll(TOKENS))
      for (const one of windowsOf(UPPER_HEX.test(token) ? token.toLowerCase() : token)) {
        const form = marks.get(one);
        if (form !== undefined) finds.add(`${name}: ${form}`);
      }
  }
  return [...finds].sort();
};
