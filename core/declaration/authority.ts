// The issuer of a certificate as its checks need to know it, and what it cannot honour. It must never look at the
// issuer's document: it is told.
import { type AuthorityType, CAPABILITIES, FEATURES, type Feature } from './capabilities.ts';
import type { IssuerSpec, PrivateCaIssuerSpec } from './issuer-model.ts';
import { issuerText } from './issuer-types.ts';
import { privateCaFindings } from './private-ca-fit.ts';
import type { Finding } from './problem.ts';
import type { CERTIFICATE } from './schema/certificate-fields.ts';
import type { InferFields } from './schema/field.ts';
import { isPublicCa } from './server.ts';

export type WrittenCertificate = NonNullable<InferFields<typeof CERTIFICATE>['spec']>;

/** As far as the issuer is known: of one that is declared elsewhere nothing is. */
export interface Authority {
  readonly type: AuthorityType | undefined;
  /** `Kind/name`, for messages. */
  readonly name: string;
  /** Of a Private CA issuer. */
  readonly privateCa?: Pick<PrivateCaIssuerSpec['awspca'], 'templateName' | 'allowSubordinateCa'>;
  /** The certificate's lifetime is asked of an ACME CA. */
  readonly asksDuration?: true;
}

export const isAcme = ({ type }: Authority): boolean => type === 'acme' || type === 'publicAcme';

/** The authority that an accepted issuer is. */
export const authorityOfIssuer = (issuer: IssuerSpec): Authority => {
  const name = issuerText(issuer);
  if (issuer.type === 'awspca') return { type: 'awspca', name, privateCa: issuer.awspca };
  if (issuer.type !== 'acme') return { type: issuer.type, name };
  const type = isPublicCa(issuer.acme.server) ? 'publicAcme' : 'acme';
  return { type, name, ...(issuer.acme.enableDurationFeature === true ? { asksDuration: true } : {}) };
};

const hasSome = (list: readonly unknown[] | undefined): boolean => (list ?? []).length > 0;

const subjectIsAsked = (subject: WrittenCertificate['subject']): boolean =>
  Object.values(subject ?? {}).some((part) => part !== undefined && part.length > 0);

const ASKED: Readonly<Record<Feature, (written: WrittenCertificate) => boolean>> = {
  dnsNames: ({ dnsNames }) => hasSome(dnsNames),
  ipAddresses: ({ ipAddresses }) => hasSome(ipAddresses),
  uris: ({ uris }) => hasSome(uris),
  emailAddresses: ({ emailAddresses }) => hasSome(emailAddresses),
  otherNames: ({ otherNames }) => hasSome(otherNames),
  commonName: ({ commonName }) => Boolean(commonName),
  subject: ({ subject }) => subjectIsAsked(subject),
  literalSubject: ({ literalSubject }) => Boolean(literalSubject),
  isCA: ({ isCA }) => isCA === true,
  nameConstraints: ({ nameConstraints }) => nameConstraints !== undefined,
  usages: ({ usages }) => hasSome(usages),
  encodeUsagesInRequest: ({ encodeUsagesInRequest }) => encodeUsagesInRequest === false,
  duration: ({ duration }) => Boolean(duration),
  signatureAlgorithm: ({ signatureAlgorithm }) => Boolean(signatureAlgorithm),
  rsa: ({ privateKey }) => (privateKey?.algorithm || 'RSA') === 'RSA',
  ecdsa: ({ privateKey }) => privateKey?.algorithm === 'ECDSA',
  ed25519: ({ privateKey }) => privateKey?.algorithm === 'Ed25519',
  keystores: ({ keystores }) => keystores !== undefined,
  additionalOutputFormats: ({ additionalOutputFormats }) => hasSome(additionalOutputFormats),
  secretTemplate: ({ secretTemplate }) => secretTemplate !== undefined,
  renewal: ({ renewal }) => renewal !== undefined,
};

/** What a Certificate asks of its issuer. */
export const askedFeatures = (written: WrittenCertificate): Feature[] =>
  (Object.keys(FEATURES) as Feature[]).filter((feature) => ASKED[feature](written));

const findingOf = (feature: Feature, { type, name }: Authority): Finding[] => {
  const capability = CAPABILITIES[type!][feature];
  const path = ['spec', ...FEATURES[feature]];
  const what = feature === 'ed25519' ? 'an Ed25519 key' : String(path.at(-1));
  if (capability.is === 'refused') {
    const message = `${name} cannot honour ${what}: ${capability.reason}`;
    return [{ code: 'FIELD_NOT_SUPPORTED', path, message, hint: capability.instead }];
  }
  if (capability.is !== 'no-effect' || capability.silent === true) return [];
  const message = `${what} has no effect at ${name}`;
  return [{ code: 'FIELD_NO_EFFECT', path, message, hint: capability.reason }];
};

/** Codes: FIELD_NOT_SUPPORTED for what the issuer cannot honour, FIELD_NO_EFFECT (warning) for what it leaves unheard. */
export const checkCapabilities = (written: WrittenCertificate, authority: Authority): Finding[] => {
  if (authority.type === undefined) return [];
  return [
    ...askedFeatures(written).flatMap((feature) => findingOf(feature, authority)),
    ...(authority.privateCa === undefined ? [] : privateCaFindings(written, authority.name, authority.privateCa)),
  ];
};
