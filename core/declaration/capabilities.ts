// What each type of issuer can honour of a Certificate: one table, which the checks and the contract suite of issuers
// read alike. It must never know how an issuer works, nor where in a file something is written.
import type { IssuerType } from './issuer-model.ts';
import type { Path } from './nodes.ts';

/** Who certifies; ACME CAs that the public web trusts (`publicAcme`) can do less than others. */
export type AuthorityType = IssuerType | 'publicAcme';

export type Capability =
  | { readonly is: 'honoured' }
  /** Honoured where the issuer says so; refused elsewhere. `private-ca-fit.ts` decides. */
  | { readonly is: 'conditional'; readonly where: string }
  /** An error at check time. */
  | { readonly is: 'refused'; readonly reason: string; readonly instead: string }
  /** A warning at check time, unless `silent`: what everybody declares anyway is not worth one. */
  | { readonly is: 'no-effect'; readonly reason: string; readonly silent?: true };

/** What a Certificate can ask of its issuer, and where it is written. */
export const FEATURES = {
  dnsNames: ['dnsNames'],
  ipAddresses: ['ipAddresses'],
  uris: ['uris'],
  emailAddresses: ['emailAddresses'],
  otherNames: ['otherNames'],
  commonName: ['commonName'],
  subject: ['subject'],
  literalSubject: ['literalSubject'],
  isCA: ['isCA'],
  nameConstraints: ['nameConstraints'],
  usages: ['usages'],
  encodeUsagesInRequest: ['encodeUsagesInRequest'],
  duration: ['duration'],
  signatureAlgorithm: ['signatureAlgorithm'],
  rsa: ['privateKey', 'algorithm'],
  ecdsa: ['privateKey', 'algorithm'],
  ed25519: ['privateKey', 'algorithm'],
  keystores: ['keystores'],
  additionalOutputFormats: ['additionalOutputFormats'],
  secretTemplate: ['secretTemplate'],
  renewal: ['renewal'],
} as const satisfies Readonly<Record<string, Path>>;

export type Feature = keyof typeof FEATURES;

const HONOURED = { is: 'honoured' } as const;

const EVERYTHING = Object.fromEntries(Object.keys(FEATURES).map((feature) => [feature, HONOURED])) as Record<
  Feature,
  Capability
>;

const PRIVATE = 'use a ca issuer or a Private CA issuer (AWSPCAIssuer)';
const OWN_CA = 'use a ca issuer';

const otherName = (what: string): Capability => ({
  is: 'refused',
  reason: `ACME has no way to validate ${what}`,
  instead: `leave it out, or ${PRIVATE}`,
});

const decidedByCa = (what: string): Capability => ({ is: 'no-effect', reason: `an ACME CA decides ${what} itself` });

const ACME: Readonly<Record<Feature, Capability>> = {
  ...EVERYTHING,
  ipAddresses: {
    is: 'refused',
    reason: 'DNS-01, by which Evercert validates, proves no IP address (RFC 8738 section 7)',
    instead: `name a host in dnsNames, or ${PRIVATE}`,
  },
  uris: otherName('a URI'),
  emailAddresses: otherName('a mail address that Evercert could answer for'),
  otherNames: otherName('other names'),
  subject: decidedByCa('the subject'),
  literalSubject: decidedByCa('the subject'),
  usages: decidedByCa('the usages'),
  isCA: { is: 'refused', reason: 'ACME CAs issue no CA certificates', instead: 'use a selfSigned or ca issuer' },
  nameConstraints: {
    is: 'refused',
    reason: 'ACME CAs issue no CA certificates, and no others carry them',
    instead: 'use a selfSigned or ca issuer',
  },
  duration: {
    is: 'no-effect',
    reason: 'the CA chooses the lifetime unless the issuer sets enableDurationFeature',
    silent: true,
  },
};

/** What is issued, by type of issuer and by what is asked. */
export const CAPABILITIES: Readonly<Record<AuthorityType, Readonly<Record<Feature, Capability>>>> = {
  acme: ACME,
  publicAcme: {
    ...ACME,
    ed25519: {
      is: 'refused',
      reason: 'no public CA signs Ed25519 keys (CA/Browser Forum baseline requirements, 6.1.5)',
      instead: 'write ECDSA or RSA',
    },
  },
  ca: EVERYTHING,
  selfSigned: EVERYTHING,
  awspca: {
    ...EVERYTHING,
    isCA: { is: 'conditional', where: 'the issuer carries the annotation evercert.dev/allow-subordinate-ca' },
    nameConstraints: {
      is: 'refused',
      reason: 'no template of ACM Private CA takes them unless it passes extensions through, which Evercert never does',
      instead: OWN_CA,
    },
    usages: { is: 'conditional', where: 'one template of ACM Private CA gives them all' },
    ed25519: {
      is: 'refused',
      reason: 'ACM Private CA certifies RSA and ECDSA keys only',
      instead: `write ECDSA or RSA, or ${OWN_CA}`,
    },
  },
};
