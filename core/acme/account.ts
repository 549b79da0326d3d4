// One ACME account per (directory, key reference): made once even when a hundred certificates start together, stored,
// recovered when lost; its contact follows the declaration.
import type { IssuerSpec } from '../declaration/issuer-model.ts';
import { acmeOf } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import {
  ACCOUNT_KEY,
  type AccountPorts,
  type AccountReference,
  type AccountSettings,
  accountReference,
  connect,
} from './account-key.ts';
import { externalAccountOf } from './external-account.ts';
import { finishKeyChange } from './key-change.ts';
import type { AccountRecord, AcmeSession } from './ports.ts';

export interface OpenAccount {
  readonly url: string;
  readonly session: AcmeSession;
  /** VersionId of the secret that its key was read from. */
  readonly keyVersionId: string;
  /** What is amiss and did not stop it; for people. */
  readonly warnings: readonly string[];
}

interface Opening {
  readonly ports: AccountPorts;
  readonly settings: AccountSettings;
  readonly issuer: IssuerSpec;
  readonly reference: AccountReference;
}

const LOCK_MS = 60_000;
const BUSY_MS = 700;

/** An account is bound once: credentials that are declared later change nothing. */
const bindingWarnings = (issuer: IssuerSpec, { externalAccountKeyId: bound }: AccountRecord): readonly string[] => {
  const declared = acmeOf(issuer).externalAccountBinding?.keyId;
  if (bound === undefined || declared === undefined || bound === declared) return [];
  return [
    `the ACME account is bound by "${bound}"; "${declared}" is not used: name another privateKeySecretRef for an account of its own`,
  ];
};

/** The record as it stands, if it still fits: the key's version, the declared contact, no rollover under way. */
const openStored = async ({ ports, issuer, reference }: Opening): Promise<OpenAccount | undefined> => {
  const record = await ports.accounts.read(reference.id);
  const fits = record?.rolloverSince === undefined && (record?.email ?? '') === (acmeOf(issuer).email ?? '');
  if (record?.url === undefined || !fits) return undefined;
  const key = await ports.references.read(reference);
  if (key === undefined || key.versionId !== record.keyVersionId) return undefined;
  return {
    url: record.url,
    session: connect(ports, issuer, { key: key.value, accountUrl: record.url }),
    keyVersionId: key.versionId,
    warnings: bindingWarnings(issuer, record),
  };
};

/** A key that exists may have an account (recovered); a new key, or a brought one without account, is registered. */
const establish = async (opening: Opening, record: AccountRecord | undefined) => {
  const { ports, settings, issuer, reference } = opening;
  const { disableAccountKeyGeneration, email } = acmeOf(issuer);
  const stored = await ports.references.read(reference);
  if (stored === undefined && disableAccountKeyGeneration === true)
    throw new EvercertError(
      'ACCOUNT_KEY_MISSING',
      `the secret ${reference.name} has no property "${reference.property}" with the account key, and disableAccountKeyGeneration forbids to make one`,
      { detail: { offenders: [reference.name] } },
    );
  const known = stored && (await connect(ports, issuer, { key: stored.value }).accounts.recover());
  if (known !== undefined) {
    ports.log.info('ACME account recovered', { account: known });
    const { url: before, email: told, ...bound } = record ?? {};
    const contact = before === known && told !== undefined ? { email: told } : {};
    return { key: stored!, record: { ...bound, ...contact, url: known } };
  }
  const candidate = stored?.value ?? (await ports.keys.make(ACCOUNT_KEY));
  const { meta } = connect(ports, issuer, { key: candidate });
  const externalAccount = await externalAccountOf(ports, settings, issuer, { record, meta });
  const key = stored ?? (await ports.references.create({ ...reference, value: candidate }));
  const as = { key: key.value, ...(externalAccount === undefined ? {} : { externalAccount }) };
  const contact = email === undefined ? {} : { email };
  const url = await connect(ports, issuer, as).accounts.register(contact);
  ports.log.info('ACME account registered', { account: url });
  const bound = externalAccount === undefined ? {} : { externalAccountKeyId: externalAccount.keyId };
  return { key, record: { url, ...contact, ...bound } };
};

/** Tells the CA a declared address that it has not been told; one that it refuses stops no certificate, and is not told again. */
const tellContact = async (
  { ports, issuer }: Opening,
  session: AcmeSession,
  record: AccountRecord,
): Promise<readonly string[]> => {
  const { email } = acmeOf(issuer);
  if ((email ?? '') === (record.email ?? '')) return [];
  try {
    await session.accounts.setContact(email === undefined ? {} : { email });
    ports.log.info('ACME account contact changed', { account: record.url });
    return [];
  } catch (thrown) {
    if (!(thrown instanceof EvercertError) || thrown.class !== 'human') throw thrown;
    ports.log.warn('the CA refuses the e-mail address of the account', { account: record.url, error: thrown });
    return [`the CA refuses the issuer's e-mail address; the account stays as it was: ${thrown.message}`];
  }
};

/** Under the lock, all that may need a write: an unfinished rollover, the account itself, its contact. */
const brought = async (opening: Opening): Promise<{ record: AccountRecord; account: OpenAccount }> => {
  const { ports, issuer, reference } = opening;
  const before = await ports.accounts.read(reference.id);
  const { rolloverSince, ...kept } = before ?? {};
  const refused = rolloverSince === undefined ? undefined : await finishKeyChange(ports, issuer, reference);
  const { key, record } = await establish(opening, kept);
  const session = connect(ports, issuer, { key: key.value, accountUrl: record.url });
  const contact = await tellContact(opening, session, record);
  const { email: _told, ...rest } = record;
  const { email } = acmeOf(issuer);
  const keyVersionId = key.versionId;
  const warnings = [
    ...bindingWarnings(issuer, record),
    ...contact,
    ...(refused === undefined ? [] : [`the account key stays as it was: ${refused.message}`]),
  ];
  return {
    record: { ...rest, keyVersionId, ...(email === undefined ? {} : { email }) },
    account: { url: record.url, session, keyVersionId, warnings },
  };
};

/** Runs while nobody else may write the account; what it gives as `record` is written as the lock is freed. */
export const underLock = async <T>(
  { ports, issuer, reference }: Opening,
  run: () => Promise<{ record?: AccountRecord; result: T }>,
): Promise<T> => {
  const now = ports.clock.now();
  const holder = ports.random.uuid();
  const { id } = reference;
  if (!(await ports.accounts.lock({ id, holder, now, until: new Date(now.getTime() + LOCK_MS) })))
    throw new EvercertError('ACCOUNT_BUSY', `the account at ${acmeOf(issuer).server} is being registered`, {
      detail: { retryAt: new Date(now.getTime() + BUSY_MS) },
    });
  let record: AccountRecord | undefined;
  try {
    const done = await run();
    record = done.record;
    return done.result;
  } finally {
    await ports.accounts.save({ id, holder, ...(record === undefined ? {} : { record }) });
  }
};

/**
 * The account of an issuer, registered where needed. Errors: ACCOUNT_BUSY (somebody else is at it: come back in a
 * moment), ACCOUNT_KEY_MISSING, ACCOUNT_KEY_UNFIT, ACCOUNT_REFUSED, EAB_KEY_MISSING, EAB_SPENT, SECRET_*, CA_*.
 */
export const openAccount = async (
  ports: AccountPorts,
  settings: AccountSettings,
  issuer: IssuerSpec,
): Promise<OpenAccount> => {
  const opening = { ports, settings, issuer, reference: accountReference(issuer, settings) };
  const stored = await openStored(opening);
  if (stored !== undefined) return stored;
  return underLock(opening, async () => {
    const seen = await openStored(opening);
    if (seen !== undefined) return { result: seen };
    const { record, account } = await brought(opening);
    return { record, result: account };
  });
};

/** Whether another run has given the account another key since it was opened: what was refused may be asked again. */
export const isRekeyed = async (
  ports: AccountPorts,
  settings: AccountSettings,
  seen: { issuer: IssuerSpec; account: OpenAccount },
): Promise<boolean> => {
  const record = await ports.accounts.read(accountReference(seen.issuer, settings).id);
  if (record?.url !== seen.account.url) return false;
  return record.rolloverSince !== undefined || record.keyVersionId !== seen.account.keyVersionId;
};

/**
 * The CA no longer knows this account: the stored URL is dropped, unless another holder has replaced it already. Which
 * external account binding has made it is kept: it is good for one account.
 */
export const forgetAccount = async (
  ports: AccountPorts,
  settings: AccountSettings,
  lost: { issuer: IssuerSpec; url: string },
): Promise<void> => {
  const { id } = accountReference(lost.issuer, settings);
  const now = ports.clock.now();
  const holder = ports.random.uuid();
  if (!(await ports.accounts.lock({ id, holder, now, until: new Date(now.getTime() + LOCK_MS) }))) return;
  const record = await ports.accounts.read(id);
  const spent = record?.externalAccountKeyId;
  const replaced = record?.url !== lost.url;
  const left = spent === undefined ? {} : { externalAccountKeyId: spent };
  await ports.accounts.save({ id, holder, ...(replaced ? {} : { record: left }) });
};
