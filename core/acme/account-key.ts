// Where an issuer's account key lies, and how a session is opened with it. It must never know whether the CA knows the key.
import type { KeyMaker } from '../certificate/ports.ts';
import type { IssuerSpec } from '../declaration/issuer-model.ts';
import { acmeOf } from '../declaration/issuer-types.ts';
import { accountId, accountKeySecret } from '../names.ts';
import type { Clock, Log, Randomness, ReferenceSecrets } from '../ports.ts';
import type { Sealed } from '../sealed.ts';
import type { AccountBook, AcmeCa, AcmeConnection, AcmeSession } from './ports.ts';

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

/** The account's id in the ledger, and the property of the secret that holds its key. */
export interface AccountReference {
  readonly id: string;
  readonly name: string;
  readonly property: string;
}

/** Of the account keys that we make. */
export const ACCOUNT_KEY = { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' } as const;

export const accountReference = (issuer: IssuerSpec, settings: AccountSettings): AccountReference => {
  const name = accountKeySecret(settings.prefix, issuer, settings.clusterResourceNamespace);
  const property = acmeOf(issuer).privateKeySecretRef.key;
  return { id: accountId(acmeOf(issuer).server, name, property), name, property };
};

/** The property beside it in which the next key lies while the account changes over to it. */
export const nextProperty = ({ property }: AccountReference): string => `${property}.next`;

/** A session with the issuer's CA, as its declaration trusts it. */
export const connect = (
  ports: Pick<AccountPorts, 'ca'>,
  issuer: IssuerSpec,
  as: Pick<AcmeConnection, 'accountUrl' | 'externalAccount'> & { readonly key: Sealed<string> },
): AcmeSession => {
  const { server, caBundlePem, skipTlsVerify } = acmeOf(issuer);
  const { key, ...account } = as;
  return ports.ca.session({
    directoryUrl: server,
    ...(caBundlePem === undefined ? {} : { caBundlePem }),
    skipTlsVerify,
    accountKey: key,
    ...account,
  });
};
