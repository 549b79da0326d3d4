// Kinds of keys: every algorithm, size and encoding of cert-manager's `privateKey`, and how a request is signed.
import { type Case, EC_SEC1, notSupported, PKCS8, RSA_PKCS1 } from '../case.ts';

const dns = (name: string): Pick<Case, 'name' | 'tls'> & { says: { names: readonly string[] } } => ({
  name,
  tls: 'server',
  says: { names: [`dns:${name}.example.com`] },
});

const spec = (name: string, lines: string): string => `dnsNames: [${name}.example.com]
${lines}`;

const key = (
  name: string,
  wanted: { readonly key: string; readonly begins: string; readonly lines: string } & Pick<
    Case,
    'at' | 'only' | 'selfSignature'
  >,
): Case => {
  const { key: text, begins, lines, ...others } = wanted;
  const one = dns(name);
  return { ...one, spec: spec(name, lines), says: { ...one.says, key: text }, keyBegins: begins, ...others };
};

const privateKey = (algorithm: string, size: number, more = ''): string =>
  `privateKey: { algorithm: ${algorithm}, size: ${size}${more} }`;

export const KEYS: readonly Case[] = [
  key('defaults', { key: 'RSA 2048', begins: RSA_PKCS1, lines: '' }),
  key('ecdsa', { key: 'ECDSA 256', begins: EC_SEC1, lines: 'privateKey: { algorithm: ECDSA }' }),
  key('ecdsa-384', { key: 'ECDSA 384', begins: EC_SEC1, lines: privateKey('ECDSA', 384) }),
  key('ecdsa-521', { key: 'ECDSA 521', begins: EC_SEC1, lines: privateKey('ECDSA', 521) }),
  key('ed25519', {
    key: 'Ed25519',
    begins: PKCS8,
    lines: 'privateKey: { algorithm: Ed25519 }',
    at: { awspca: notSupported('spec.privateKey.algorithm') },
  }),
  key('rsa-3072', { key: 'RSA 3072', begins: RSA_PKCS1, lines: privateKey('RSA', 3072) }),
  key('rsa-4096', { key: 'RSA 4096', begins: RSA_PKCS1, lines: privateKey('RSA', 4096) }),
  key('rsa-8192', { key: 'RSA 8192', begins: RSA_PKCS1, lines: privateKey('RSA', 8192), only: ['an own CA'] }),
  key('rsa-pkcs8', { key: 'RSA 2048', begins: PKCS8, lines: privateKey('RSA', 2048, ', encoding: PKCS8') }),
  key('ecdsa-pkcs8', { key: 'ECDSA 256', begins: PKCS8, lines: privateKey('ECDSA', 256, ', encoding: PKCS8') }),
  key('signed-with-384', {
    key: 'ECDSA 256',
    begins: EC_SEC1,
    lines: 'privateKey: { algorithm: ECDSA }\nsignatureAlgorithm: ECDSAWithSHA384',
    selfSignature: 'ecdsa-with-SHA384',
  }),
  key('signed-with-512', {
    key: 'RSA 2048',
    begins: RSA_PKCS1,
    lines: 'signatureAlgorithm: SHA512WithRSA',
    selfSignature: 'sha512WithRSAEncryption',
  }),
];
