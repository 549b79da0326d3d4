// A judged pair becomes one staged version: rendered, written under the revision's label, read back and compared. It must
// never move AWSCURRENT, nor know whether the pair is new.
import type { LeafFacts } from '../certificate/chain.ts';
import { type KeystoreKind, type Outputs, wantedOutputs } from '../certificate/outputs.ts';
import { type Passwords, render } from '../certificate/render.ts';
import type { HandOverFacts } from '../certificate/secret-value.ts';
import type { KeystorePassword } from '../declaration/model.ts';
import { asEvercertError, EvercertError } from '../errors.ts';
import { referenceSecret, sha256Hex } from '../names.ts';
import { Sealed } from '../sealed.ts';
import type { CurrentVersion } from './row.ts';
import { toldTrust } from './trust.ts';
import { bundleToken, labelsOf, openSecret, secretName, type Visit, workOf } from './visit.ts';

export interface FoundPassword {
  readonly text: Sealed<string>;
  readonly versionId?: string;
}

const missing = (visit: Visit, name: string, property: string, why = ''): EvercertError =>
  new EvercertError(
    'KEYSTORE_PASSWORD_ABSENT',
    `${visit.row.name}: the secret ${name} has no property "${property}" with a keystore's password in it${why === '' ? '' : `: ${why}`}`,
    { detail: { offenders: [name] } },
  );

const readProperty = async (visit: Visit, name: string, property: string) => {
  try {
    return await visit.ports.references.read({ name, property });
  } catch (cause) {
    const error = asEvercertError(cause);
    // What a secret of people's own cannot be read as: said in the words of what is looked for.
    if (error.code !== 'ACCOUNT_KEY_UNFIT') throw error;
    throw missing(visit, name, property, error.message);
  }
};

const find = async (visit: Visit, password: KeystorePassword): Promise<FoundPassword> => {
  if ('text' in password) return { text: new Sealed(password.text) };
  const name = referenceSecret(
    visit.settings.prefix,
    visit.row.declared.certificate.namespace,
    password.secretRef.name,
  );
  const property = password.secretRef.key;
  const found = await readProperty(visit, name, property);
  if (found === undefined || found.value.open() === '') throw missing(visit, name, property);
  return { text: found.value, versionId: found.versionId };
};

/** The declared keystores' passwords, read once per visit. Errors: KEYSTORE_PASSWORD_ABSENT, and those of the secrets. */
export const keystorePasswords = async (
  visit: Visit,
): Promise<Readonly<Partial<Record<KeystoreKind, FoundPassword>>>> => {
  if (visit.passwords !== undefined) return visit.passwords;
  const { pkcs12, jks } = visit.row.declared.certificate.keystores ?? {};
  visit.passwords = {
    ...(pkcs12 === undefined ? {} : { pkcs12: await find(visit, pkcs12.password) }),
    ...(jks === undefined ? {} : { jks: await find(visit, jks.password) }),
  };
  return visit.passwords;
};

/** What is wanted, with the versions of the passwords that were found. */
const renderedAs = (visit: Visit, found: Awaited<ReturnType<typeof keystorePasswords>>): Outputs => {
  const { passwords, ...wanted } = wantedOutputs(visit.row.declared.certificate);
  if (passwords === undefined) return wanted;
  const marked = Object.entries(passwords).map(([kind, mark]) => {
    const versionId = found[kind as KeystoreKind]?.versionId;
    return [kind, versionId === undefined ? mark : { ...mark, versionId }];
  });
  return { ...wanted, passwords: Object.fromEntries(marked) };
};

export interface Pair {
  /** PEM, leaf first. */
  readonly chainPem: string;
  readonly key: Sealed<string>;
  readonly facts: LeafFacts;
  readonly caPem?: string;
  readonly handOver?: HandOverFacts;
}

/** What the row says of a version, without what was asked. */
export type Staged = Omit<CurrentVersion, 'generation' | 'revision' | 'asked'>;

/** The VersionId of a pair, by what is rendered: another password, or another bundle of anchors, is another version. */
const tokenOf = (
  visit: Visit,
  { facts, caPem, handOver }: Omit<Pair, 'key' | 'chainPem'>,
  rendered: Outputs,
): string => {
  const trust = caPem === undefined ? null : sha256Hex(caPem);
  return bundleToken(visit, JSON.stringify([facts.fingerprint, rendered, trust, handOver ?? null]));
};

const stagedAs = (visit: Visit, { facts, caPem }: Pair, rendered: Outputs, versionId: string): Staged => {
  const { issuer: _issuer, ...rest } = facts;
  const servedTrust = toldTrust(visit.row);
  return {
    versionId,
    ...rest,
    rendered,
    ...(caPem === undefined ? {} : { trust: sha256Hex(caPem) }),
    ...(servedTrust === undefined ? {} : { servedTrust }),
  };
};

/** What the row says of a pair that lies under that VersionId, if this very work has written it; undefined: somebody else has. */
export const stagedBefore = async (visit: Visit, pair: Pair, versionId: string): Promise<Staged | undefined> => {
  const rendered = renderedAs(visit, await keystorePasswords(visit));
  return tokenOf(visit, pair, rendered) === versionId ? stagedAs(visit, pair, rendered, versionId) : undefined;
};

/** The value of one version, and what the row says of it; nothing is written. Errors: KEYSTORE_PASSWORD_ABSENT, SECRET_*. */
export const renderBundle = async (visit: Visit, pair: Pair): Promise<{ value: Sealed<string>; staged: Staged }> => {
  const { chainPem, key, facts, caPem, handOver } = pair;
  const found = await keystorePasswords(visit);
  const rendered = renderedAs(visit, found);
  const versionId = tokenOf(visit, pair, rendered);
  const passwords: Passwords = Object.fromEntries(Object.entries(found).map(([kind, { text }]) => [kind, text]));
  const spec = visit.row.declared.certificate;
  const known = { ...(caPem === undefined ? {} : { caPem }), ...(handOver === undefined ? {} : { handOver }) };
  const value = await render({ chainPem, key, facts, versionId, ...known, spec, passwords }, visit.ports.keystores);
  return { value, staged: stagedAs(visit, pair, rendered, versionId) };
};

/** Renders, writes under the revision's label, reads back and compares. Errors: KEYSTORE_PASSWORD_ABSENT, SECRET_*. */
export const stageBundle = async (visit: Visit, pair: Pair): Promise<Staged> => {
  const { value, staged } = await renderBundle(visit, pair);
  const name = secretName(visit);
  await openSecret(visit);
  const { bundle: label } = labelsOf(workOf(visit));
  const versionId = await visit.ports.versions.put({ name, token: staged.versionId, label, value });
  const stored = await visit.ports.versions.read({ name, versionId });
  if (stored?.open() !== value.open())
    throw new EvercertError('SECRET_UNAVAILABLE', `${visit.row.name}: what was read back is not what was written`);
  return { ...staged, versionId };
};
