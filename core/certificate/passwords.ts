// Where the passwords of declared keystores lie. Pure; it must never know a password.
import type { CertificateSpec, KeystorePassword } from '../declaration/model.ts';
import { referenceSecret } from '../names.ts';

export interface PasswordReference {
  /** Of the secret. */
  readonly name: string;
  readonly property: string;
}

/** Of a password that does not stand in the declaration. */
export const passwordReference = (
  prefix: string,
  namespace: string,
  { secretRef }: Extract<KeystorePassword, { secretRef: unknown }>,
): PasswordReference => ({ name: referenceSecret(prefix, namespace, secretRef.name), property: secretRef.key });

/** Of both keystores, as far as they are declared with a reference. */
export const passwordReferences = (
  prefix: string,
  { namespace, keystores = {} }: Pick<CertificateSpec, 'namespace' | 'keystores'>,
): readonly PasswordReference[] =>
  [keystores.pkcs12?.password, keystores.jks?.password].flatMap((password) =>
    password === undefined || 'text' in password ? [] : [passwordReference(prefix, namespace, password)],
  );
