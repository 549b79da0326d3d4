// One ACME account per (directory, key reference): made once even when a hundred certificates start together, stored,
// recovered when lost.

import type { KeyMaker } from '../certificate/ports.ts';
import type { IssuerSpec } from '../declaration/issuer-model.ts';
import { acmeOf } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import { accountId, accountKeySecret } from '../names.ts';
import type { AccountBook, Clock, Log, Randomness, ReferenceSecrets } from '../ports.ts';
import type { Sealed } from '../sealed.ts';
import type { AcmeCa, AcmeSession } from './ports.ts';

export interface AccountPorts {
  readonly ca: AcmeCa;
  readonly accounts: AccountBook;
  readonly references: ReferenceSecrets;
  readonly keys: KeyMaker;
  readonly random: Randomness;
  readonly clock: Clock;
  readonly log: Log;
}

export interface AccountSettings {
  readonly prefix: string;
  readonly clusterResourceNamespace: string;
}

export interface OpenAccount {
  readonly url: string;
  readonly session: AcmeSession;
}

interface Reference {
  readonly id: string;
  readonly name: string;
  readonly property: string;
}

const LOCK_MS = 60_000;
const BUSY_MS = 700;
const ACCOUNT_KEY = { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' } as const;

export const accountReference = (issuer: IssuerSpec, settings: AccountSettings): Reference => {
  const name = accountKeySecret(settings.prefix, issuer, settings.clusterResourceNamespace);
  const property = acmeOf(issuer).privateKeySecretRef.key;
  return { id: accountId(acmeOf(issuer).server, name, property), name, property };
};

const connect = (
  ports: AccountPorts,
  issuer: IssuerSpec,
  accountKey: Sealed<string>,
  accountUrl?: string,
): AcmeSession => {
  const { server, caBundlePem, skipTlsVerify } = acmeOf(issuer);
  return ports.ca.session({
    directoryUrl: server,
    ...(caBundlePem === undefined ? {} : { caBundlePem }),
    skipTlsVerify,
    accountKey,
    ...(accountUrl === undefined ? {} : { accountUrl }),
  });
};

/** Under the lock: a key that exists may have an account (recovered); a new key is registered. */
const establish = async (ports: AccountPorts, issuer: IssuerSpec, reference: Reference) => {
  const stored = await ports.references.read(reference);
  const made = stored ?? (await ports.references.create({ ...reference, value: await ports.keys.make(ACCOUNT_KEY) }));
  const { accounts } = connect(ports, issuer, made.value);
  const { email } = acmeOf(issuer);
  const known = stored === undefined ? undefined : await accounts.recover();
  const url = known ?? (await accounts.register(email === undefined ? {} : { email }));
  ports.log.info(known === undefined ? 'ACME account registered' : 'ACME account recovered', { account: url });
  return { url, keyVersionId: made.versionId, key: made.value };
};

const register = async (ports: AccountPorts, issuer: IssuerSpec, reference: Reference): Promise<OpenAccount> => {
  const now = ports.clock.now();
  const holder = ports.random.uuid();
  if (!(await ports.accounts.lock({ id: reference.id, holder, now, until: new Date(now.getTime() + LOCK_MS) })))
    throw new EvercertError('ACCOUNT_BUSY', `the account at ${acmeOf(issuer).server} is being registered`, {
      detail: { retryAt: new Date(now.getTime() + BUSY_MS) },
    });
  let record: { url: string; keyVersionId: string } | undefined;
  try {
    const seen = await openStored(ports, issuer, reference);
    if (seen !== undefined) return seen;
    const { url, keyVersionId, key } = await establish(ports, issuer, reference);
    record = { url, keyVersionId };
    return { url, session: connect(ports, issuer, key, url) };
  } finally {
    await ports.accounts.save({ id: reference.id, holder, ...(record === undefined ? {} : { record }) });
  }
};

const openStored = async (
  ports: AccountPorts,
  issuer: IssuerSpec,
  reference: Reference,
): Promise<OpenAccount | undefined> => {
  const record = await ports.accounts.read(reference.id);
  if (record?.url === undefined) return undefined;
  const key = await ports.references.read(reference);
  if (key === undefined || key.versionId !== record.keyVersionId) return undefined;
  return { url: record.url, session: connect(ports, issuer, key.value, record.url) };
};

/**
 * The account of an issuer, registered where needed. Errors: ACCOUNT_BUSY (somebody else registers: come back in a
 * moment), ACCOUNT_KEY_UNFIT, ACCOUNT_REFUSED, SECRET_*, CA_*.
 */
export const openAccount = async (
  ports: AccountPorts,
  settings: AccountSettings,
  issuer: IssuerSpec,
): Promise<OpenAccount> => {
  const reference = accountReference(issuer, settings);
  return (await openStored(ports, issuer, reference)) ?? (await register(ports, issuer, reference));
};

/** The CA no longer knows this account: the stored URL is dropped, unless another holder has replaced it already. */
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
  const replaced = record?.url !== lost.url;
  await ports.accounts.save({ id, holder, ...(replaced ? {} : { record: {} }) });
};
