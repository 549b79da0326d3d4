// Account key rollover (RFC 8555 section 7.3.5) as a person asks for it: a new key is staged beside the old one, the
// ledger is told, then the change is brought to its end as any run would. It must never run by itself.
import type { IssuerSpec } from '../declaration/issuer-model.ts';
import { acmeOf, issuerText } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import { openAccount, underLock } from './account.ts';
import { ACCOUNT_KEY, type AccountPorts, type AccountSettings, accountReference, nextProperty } from './account-key.ts';

const refused = (issuer: IssuerSpec, why: string): EvercertError =>
  new EvercertError('ROLLOVER_REFUSED', `the account key of ${issuerText(issuer)} stays as it is: ${why}`);

/**
 * Gives the issuer's account a new key; its URL stays. One that was begun and not ended is ended instead. A crash between
 * any two lines leaves an account that the next run, or the next call, can use. Errors: ROLLOVER_REFUSED, ACCOUNT_BUSY
 * (come back in a moment), and those of `openAccount`.
 */
export const rollOverAccountKey = async (
  ports: AccountPorts,
  settings: AccountSettings,
  issuer: IssuerSpec,
): Promise<{ url: string; keyVersionId: string }> => {
  if (acmeOf(issuer).disableAccountKeyGeneration === true)
    throw refused(issuer, 'it is brought along (disableAccountKeyGeneration); put another one there yourself');
  const reference = accountReference(issuer, settings);
  const opening = { ports, settings, issuer, reference };
  const unfinished = (await ports.accounts.read(reference.id))?.rolloverSince !== undefined;
  const before = await openAccount(ports, settings, issuer);
  const staged = { name: reference.name, property: nextProperty(reference) };
  if (!unfinished) {
    if (!(await before.session.rollover.isOffered()))
      throw refused(issuer, 'the directory of the CA offers no keyChange');
    await underLock(opening, async () => {
      const record = await ports.accounts.read(reference.id);
      await ports.references.create({ ...staged, value: await ports.keys.make(ACCOUNT_KEY) });
      return { record: { ...record, rolloverSince: ports.clock.now().toISOString() }, result: undefined };
    });
  }
  const { url, keyVersionId, warnings } = await openAccount(ports, settings, issuer);
  if ((await ports.references.read(staged)) !== undefined) throw refused(issuer, warnings.join('; '));
  return { url, keyVersionId };
};
