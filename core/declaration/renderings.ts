// What is written into the secret beside key and chain: keystores, further formats, labels and annotations. It must
// never know how any of it is made.
import { checkAnnotations, checkLabels, checkObjectName } from './kubernetes-names.ts';
import type { CertificateSpec, KeystorePassword, KeystoresSpec } from './model.ts';
import type { Finding } from './problem.ts';

interface WrittenStore {
  readonly create?: boolean;
  readonly alias?: string;
  readonly profile?: string;
  readonly password?: string;
  readonly passwordSecretRef?: { readonly name?: string; readonly key?: string };
}

interface WrittenStores {
  readonly jks?: WrittenStore;
  readonly pkcs12?: WrittenStore;
}

type Profile = NonNullable<KeystoresSpec['pkcs12']>['profile'];
const PROFILES: readonly Profile[] = ['LegacyRC2', 'LegacyDES', 'Modern2023', 'Modern2026'];
/**
 * cert-manager's default is LegacyRC2, which FIPS modules and OpenSSL 3 do not open. AES-256 and SHA-256 are read by
 * Java 8u301, OpenSSL 1.1 and everything since; Modern2026 only by the newest.
 */
export const DEFAULT_PROFILE: Profile = 'Modern2023';
/** cert-manager pkg/apis/certmanager/v1: JKSKeystore.alias. */
const DEFAULT_ALIAS = 'certificate';

/** Codes: KEYSTORE_PASSWORD_TWICE, KEYSTORE_PASSWORD_MISSING, KEYSTORE_PASSWORD_EMPTY, KEYSTORE_PASSWORD_WRITTEN (warning), FIELD_MISSING. */
const checkPassword = (written: WrittenStore, store: 'jks' | 'pkcs12'): Finding[] => {
  const path = ['spec', 'keystores', store];
  const { password, passwordSecretRef: reference } = written;
  if (password !== undefined && reference?.name) {
    const message = 'password and passwordSecretRef are both set';
    return [{ code: 'KEYSTORE_PASSWORD_TWICE', path, message, hint: 'keep one of the two' }];
  }
  if (password === '') {
    const hint = 'write a password, or name a Secret in passwordSecretRef';
    return [{ code: 'KEYSTORE_PASSWORD_EMPTY', path: [...path, 'password'], message: 'the password is empty', hint }];
  }
  if (password !== undefined) {
    const message = "the keystore's password stands in the declaration: it lies in git, and in the ledger";
    const hint = 'put it into a Secret and name that in passwordSecretRef';
    return [{ code: 'KEYSTORE_PASSWORD_WRITTEN', path: [...path, 'password'], message, hint }];
  }
  if (!reference?.name) {
    const hint = 'add passwordSecretRef with name and key, or password';
    return [{ code: 'KEYSTORE_PASSWORD_MISSING', path, message: 'the keystore has no password', hint }];
  }
  return checkObjectName(reference.name, [...path, 'passwordSecretRef', 'name']);
};

const passwordOf = ({ password, passwordSecretRef: reference }: WrittenStore): KeystorePassword =>
  password === undefined
    ? { secretRef: { name: reference?.name ?? '', key: reference?.key ?? '' } }
    : { text: password };

/** Only stores with `create: true` are made; passwords are checked of both, as cert-manager does. */
export const checkKeystores = (
  written: WrittenStores | undefined,
): { readonly value: KeystoresSpec | undefined; readonly findings: readonly Finding[] } => {
  const { jks, pkcs12 } = written ?? {};
  const findings = [
    ...(jks === undefined ? [] : checkPassword(jks, 'jks')),
    ...(pkcs12 === undefined ? [] : checkPassword(pkcs12, 'pkcs12')),
  ];
  const profile = PROFILES.find((one) => one === pkcs12?.profile) ?? DEFAULT_PROFILE;
  const value: KeystoresSpec = {
    ...(pkcs12?.create === true ? { pkcs12: { profile, password: passwordOf(pkcs12) } } : {}),
    ...(jks?.create === true ? { jks: { alias: jks.alias || DEFAULT_ALIAS, password: passwordOf(jks) } } : {}),
  };
  return { value: Object.keys(value).length === 0 ? undefined : value, findings };
};

/** Code: OUTPUT_FORMAT_TWICE. */
export const checkFormats = (
  written: readonly ({ readonly type?: string } | undefined)[] | undefined,
): {
  readonly value: NonNullable<CertificateSpec['additionalOutputFormats']>;
  readonly findings: readonly Finding[];
} => {
  const types = (written ?? []).map((one) => one?.type);
  const findings = types.flatMap((type, index): Finding[] => {
    if (type === undefined || types.indexOf(type) === index) return [];
    const path = ['spec', 'additionalOutputFormats', index, 'type'];
    return [{ code: 'OUTPUT_FORMAT_TWICE', path, message: `${type} stands twice`, hint: 'remove one of the two' }];
  });
  return { value: types.filter((type) => type === 'CombinedPEM' || type === 'DER'), findings };
};

/** Codes: LABEL_INVALID, ANNOTATION_FORBIDDEN. */
export const checkSecretTemplate = (
  written: { readonly annotations?: Record<string, string>; readonly labels?: Record<string, string> } | undefined,
): Finding[] => {
  const path = ['spec', 'secretTemplate', 'annotations'];
  const forbidden = Object.keys(written?.annotations ?? {}).filter(
    (key) => key.startsWith('cert-manager.io/') && key !== 'cert-manager.io/allow-direct-injection',
  );
  return [
    ...checkLabels(written?.labels, ['spec', 'secretTemplate', 'labels']),
    ...checkAnnotations(written?.annotations, path),
    ...forbidden.map((key): Finding => {
      const message = `"${key}" belongs to cert-manager itself`;
      return { code: 'ANNOTATION_FORBIDDEN', path: [...path, key], at: 'key', message, hint: 'remove it' };
    }),
  ];
};
