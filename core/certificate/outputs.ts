// What a version of the secret was rendered as, beside the certificate itself: encoding, formats, keystores. A change of
// these needs a new version and no new certificate. Pure; no password ever lies here.
import type { CertificateSpec, KeystorePassword, KeystoresSpec } from '../declaration/model.ts';
import { sha256Hex } from '../names.ts';

export type KeystoreKind = keyof KeystoresSpec;

/** By what one password is told from another. */
export interface PasswordMark {
  /** `<name>#<property>` of the reference, or a mark of the text in the declaration. */
  readonly from: string;
  /** VersionId of the secret that it was read from; absent: it stands in the declaration. */
  readonly versionId?: string;
}

export interface Outputs {
  readonly encoding: string;
  /** In the order of `additionalOutputFormats`' alphabet; absent: none. */
  readonly formats?: readonly string[];
  /** The profile. */
  readonly pkcs12?: string;
  /** The alias. */
  readonly jks?: string;
  readonly passwords?: Readonly<Partial<Record<KeystoreKind, PasswordMark>>>;
}

type Spec = Pick<CertificateSpec, 'namespace' | 'privateKey' | 'keystores' | 'additionalOutputFormats'>;

/** Ed25519 keys have no other form than PKCS#8. */
const encodingOf = ({ algorithm, encoding }: CertificateSpec['privateKey']): string =>
  algorithm === 'Ed25519' ? 'PKCS8' : encoding;

/** The text itself lies in the row's declaration already: the mark only tells that it has changed. */
const markOf = (password: KeystorePassword, spec: Spec): PasswordMark =>
  'text' in password
    ? { from: `the declaration ${sha256Hex(`${spec.namespace} ${password.text}`).slice(0, 8)}` }
    : { from: `${password.secretRef.name}#${password.secretRef.key}` };

/** What a declaration asks for; of passwords from secrets, without their versions. */
export const wantedOutputs = (spec: Spec): Outputs => {
  const { keystores: { pkcs12, jks } = {}, additionalOutputFormats: formats = [] } = spec;
  const passwords = {
    ...(pkcs12 === undefined ? {} : { pkcs12: markOf(pkcs12.password, spec) }),
    ...(jks === undefined ? {} : { jks: markOf(jks.password, spec) }),
  };
  return {
    encoding: encodingOf(spec.privateKey),
    ...(formats.length === 0 ? {} : { formats: [...formats].sort() }),
    ...(pkcs12 === undefined ? {} : { pkcs12: pkcs12.profile }),
    ...(jks === undefined ? {} : { jks: jks.alias }),
    ...(Object.keys(passwords).length === 0 ? {} : { passwords }),
  };
};

const differs = (what: string, before: string | undefined, wanted: string | undefined): string | undefined =>
  before === wanted ? undefined : `${what} was ${before ?? 'not asked for'} and is now ${wanted ?? 'not asked for'}`;

const KINDS: readonly KeystoreKind[] = ['pkcs12', 'jks'];

const passwordDiffers = (kind: KeystoreKind, before: Outputs, wanted: Outputs): string | undefined =>
  before.passwords?.[kind]?.from === wanted.passwords?.[kind]?.from
    ? undefined
    : `the password of keystores.${kind} is another one in the declaration`;

/** Why what was rendered is not what is wanted, in words; undefined: it is. */
export const outputsDiffer = (before: Outputs, wanted: Outputs): string | undefined =>
  [
    differs('the key encoding', before.encoding, wanted.encoding),
    differs('additionalOutputFormats', before.formats?.join(', '), wanted.formats?.join(', ')),
    differs('keystores.pkcs12', before.pkcs12, wanted.pkcs12),
    differs('keystores.jks', before.jks, wanted.jks),
    ...KINDS.map((kind) => passwordDiffers(kind, before, wanted)),
  ].find((difference) => difference !== undefined);

/** What the passwords of what was rendered were read from: names as the declaration refers to them, and versions. */
export const passwordsRead = ({ passwords = {} }: Outputs): readonly { name: string; versionId: string }[] => {
  const found = new Map<string, string>();
  for (const { from, versionId } of Object.values(passwords))
    if (versionId !== undefined) found.set(from.slice(0, from.indexOf('#')), versionId);
  return [...found].map(([name, versionId]) => ({ name, versionId }));
};
