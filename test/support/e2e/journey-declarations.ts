// What is declared in the three deploys of the journey on real parts. Pure text; it must never know how it went.
import { type CertificateText, declarationFiles, type IssuerText } from './yaml.ts';

export const ZONES = ['example.com', 'deep.example.com', 'example.org', 'example.net'] as const;
export const VALIDATION_ZONE = 'validation.example.edu';
/** All nine challenge names of `delegated` end here. */
export const DELEGATED_TO = `nine.${VALIDATION_ZONE}`;
/** Servers with this host are pointed at Caddy. */
export const CADDY = 'https://caddy.test/directory';
/** Servers with this host are pointed at a Pebble that reuses every valid authorization. */
export const REUSING = 'https://reusing.test/directory';
export const ROLE = 'arn:aws:iam::111122223333:role/dns-solver';
export const EXTERNAL_ID = 'evercert-e2e';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const KEYS: readonly NonNullable<CertificateText['key']>[] = [
  { algorithm: 'RSA', size: 2048, encoding: 'PKCS1' },
  { algorithm: 'ECDSA', size: 256, encoding: 'PKCS1' },
  { algorithm: 'ECDSA', size: 384, encoding: 'PKCS8' },
  { algorithm: 'RSA', size: 2048, encoding: 'PKCS8' },
];

/** First line of a private key's PEM, in the order of KEYS (RFC 7468, RFC 5915, PKCS#1). */
const FIRST_LINES = [
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----BEGIN EC PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----',
];

const namesOfMany = (i: number): string[] => {
  const zone = ZONES[i % ZONES.length]!;
  if (i === 1) return ['example.com', '*.example.com'];
  const own = i % 5 === 0 ? [`w${i}.${zone}`, `*.w${i}.${zone}`] : [`b${i}.${zone}`];
  return i % 6 === 0 ? [...own, `b${i}.${ZONES[(i + 1) % ZONES.length]}`] : own;
};

export interface Many extends CertificateText {
  readonly keyBegins: string;
}

/** 25 certificates: RSA and ECDSA in both encodings, apex with wildcard, one and several zones. */
export const MANY: readonly Many[] = numbers(25).map((i) => ({
  name: `many-${i}`,
  issuer: 'pebble',
  dnsNames: namesOfMany(i),
  key: KEYS[i % KEYS.length]!,
  keyBegins: FIRST_LINES[i % KEYS.length]!,
}));

export const DELEGATED: readonly CertificateText[] = numbers(9).map((i) => ({
  name: `delegated-${i}`,
  issuer: 'follow',
  dnsNames: [`d${i}.example.net`],
}));

const one = (name: string, issuer = 'pebble', dnsNames = [`${name}.example.com`]): CertificateText => ({
  name,
  issuer,
  dnsNames,
});

const ISSUERS: readonly IssuerText[] = [
  { name: 'pebble' },
  { name: 'tlsserver', profile: 'tlsserver' },
  { name: 'forty-seconds', profile: 'forty-seconds' },
  { name: 'role', externalId: EXTERNAL_ID, dns01: ['route53:', `  role: ${ROLE}`, '  hostedZoneID: Z0ELSEWHERE'] },
  { name: 'caddy', server: CADDY },
  { name: 'follow', dns01: ['cnameStrategy: Follow', 'route53: {}'] },
];

const KEPT: readonly CertificateText[] = [
  ...MANY,
  one('profiled', 'tlsserver'),
  one('short', 'forty-seconds'),
  one('assumed', 'role', ['assumed.example.org']),
  one('by-caddy', 'caddy', ['caddy.example.org', '*.caddy.example.org']),
  one('lost', 'pebble', ['www.nowhere.dev']),
];

/** The first deploy. */
export const FIRST = declarationFiles({
  issuers: [...ISSUERS, { name: 'moving' }],
  certificates: [...KEPT, one('renamed'), one('moved', 'moving'), one('removed')],
});

const REUSED = one('reused', 'reusing', ['reused.example.org', '*.reused.example.org']);

const changed = (alternateRoot: string, others: readonly CertificateText[]) =>
  declarationFiles({
    issuers: [
      ...ISSUERS,
      { name: 'moving', server: CADDY },
      { name: 'alternate', preferredChain: alternateRoot },
      { name: 'reusing', server: REUSING },
    ],
    certificates: [
      ...KEPT,
      ...DELEGATED,
      one('renamed', 'pebble', ['renamed.example.com', 'more.example.org']),
      one('moved', 'moving'),
      one('alternate', 'alternate'),
      one('beside'),
      ...others,
    ],
  });

/** The second: names and a server change, one is removed, and others' records and secrets are met. */
export const second = (alternateRoot: string) =>
  changed(alternateRoot, [one('in-the-way'), one('foreign-secret'), REUSED]);

/**
 * The third: what was in the way is gone, and its certificate is touched so that it is tried at once; the key of another
 * one changes.
 */
export const third = (alternateRoot: string) =>
  changed(alternateRoot, [
    { ...one('in-the-way'), labels: { tried: 'again' } },
    { ...REUSED, key: { algorithm: 'ECDSA', size: 384 } },
  ]);
