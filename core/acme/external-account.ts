// External account binding (RFC 8555 section 7.3.4): which credentials go with newAccount, and when none may go. They are
// good for one account at most CAs, so that they are never sent a second time. It must never register anything.
import type { IssuerSpec } from '../declaration/issuer-model.ts';
import { acmeOf } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import { referenceNamespace, referenceSecret } from '../names.ts';
import { Sealed } from '../sealed.ts';
import type { AccountPorts, AccountSettings } from './account-key.ts';
import type { AccountRecord, AcmeMeta, ExternalAccount } from './ports.ts';

/** base64url as CAs hand it out; plain base64 and what a file's end adds are tolerated. */
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

const readHmacKey = async (
  { references }: Pick<AccountPorts, 'references'>,
  settings: AccountSettings,
  issuer: IssuerSpec,
  { name: secret, key: property }: { name: string; key: string },
): Promise<Sealed<string>> => {
  const namespace = referenceNamespace(issuer, settings.clusterResourceNamespace);
  const name = referenceSecret(settings.prefix, namespace, secret);
  const found = await references.read({ name, property });
  const missing = (why: string) =>
    new EvercertError('EAB_KEY_MISSING', `the secret ${name} ${why}`, { detail: { offenders: [name] } });
  if (found === undefined) throw missing(`has no property "${property}", the HMAC key of the external account binding`);
  const text = found.value.open().replaceAll(/\s/g, '');
  if (!BASE64.test(text)) throw missing(`has a property "${property}" that is no base64url`);
  return new Sealed(text);
};

/**
 * What newAccount must carry; undefined: nothing. Errors: EAB_KEY_MISSING, EAB_SPENT (the CA has no account of our key, and
 * these credentials have made one already), ACCOUNT_REFUSED (the directory demands a binding that the issuer does not
 * declare; nothing was sent), SECRET_*, CA_*.
 */
export const externalAccountOf = async (
  ports: Pick<AccountPorts, 'references'>,
  settings: AccountSettings,
  issuer: IssuerSpec,
  known: { readonly record: AccountRecord | undefined; readonly meta: AcmeMeta },
): Promise<ExternalAccount | undefined> => {
  const { externalAccountBinding: declared, server } = acmeOf(issuer);
  if (declared === undefined) {
    if (!(await known.meta.externalAccountRequired())) return undefined;
    throw new EvercertError(
      'ACCOUNT_REFUSED',
      `${server} demands an external account binding: declare acme.externalAccountBinding with the credentials that the CA gives; nothing was sent`,
    );
  }
  if (known.record?.externalAccountKeyId === declared.keyId)
    throw new EvercertError(
      'EAB_SPENT',
      `the external account binding "${declared.keyId}" has made an account at ${server} already, and the CA knows none of the key that lies there now`,
    );
  return { keyId: declared.keyId, hmacKey: await readHmacKey(ports, settings, issuer, declared.keySecretRef) };
};
