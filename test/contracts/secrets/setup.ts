// What a run of the secrets' suite has at hand. It must never know which part stands behind it.
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Sharing } from '#adapters/secrets-manager/sharing.ts';
import type { SigningPairs } from '#core/own-ca/ports.ts';
import type { NewSecrets, ReferenceSecrets, SecretLabels, SecretVersions } from '#core/ports.ts';
import { Sealed } from '#core/sealed.ts';
import type { SecretLook, SecretSharing } from '#core/sweep/ports.ts';

export interface SecretsUnderTest {
  /** A fresh implementer, as another container would have it, over the same store. */
  open(options?: { kmsKeyId?: string; sharing?: Sharing }): {
    versions: SecretVersions & SecretLabels & NewSecrets;
    /** Under the prefix `evercert`. */
    pairs: SigningPairs;
    references: ReferenceSecrets;
    look: SecretLook;
    sharing: SecretSharing;
  };
  /** Somebody else's hand on the store. */
  byHand: {
    create(request: { name: string; text?: string; tags?: Readonly<Record<string, string>> }): Promise<void>;
    put(request: { name: string; text: string }): Promise<void>;
    scheduleDeletion(name: string): Promise<void>;
    /** The secret's own policy, and the Regions of its replicas, sorted. */
    shared(name: string): Promise<{ policy: string | undefined; regions: readonly string[] }>;
    allow(request: { name: string; policy: string }): Promise<void>;
    /** All that is there: label -> text; and the tags. */
    look(name: string): Promise<{ labels: Readonly<Record<string, string>>; tags: Readonly<Record<string, string>> }>;
  };
  /** How this part differs from AWS; the suite asserts the difference. */
  differences: {
    /** A token is overwritten by another value when the writer has not looked (ministack). */
    overwritesTokens: boolean;
    /** CreateSecret refuses to be repeated with its token. */
    refusesRepetition: boolean;
    /** CreateSecret makes no replicas (ministack): they come when the secret is next looked at. */
    bornAlone: boolean;
  };
  close(): Promise<void>;
}

/** The part under test, once it is there. */
export type Context = () => SecretsUnderTest;

/** A request for a secret that nobody has yet. */
export const fresh = (): { name: string; certificate: string; uid: string } => {
  const certificate = `web/shop-${randomBytes(6).toString('hex')}`;
  return { name: `evercert/${certificate}`, certificate, uid: 'uid-of-the-row' };
};

export const code = (expected: string) => expect.objectContaining({ name: 'EvercertError', code: expected });
export const sealed = (text: string): Sealed<string> => new Sealed(text);
