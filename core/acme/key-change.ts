// The second half of an account key rollover (RFC 8555 section 7.3.5): a new key lies staged beside the old one, and the CA
// may know either. Whoever holds the account's lock brings it to its end. It must never make a key.
import type { IssuerSpec } from '../declaration/issuer-model.ts';
import { EvercertError } from '../errors.ts';
import { type AccountPorts, type AccountReference, connect, nextProperty } from './account-key.ts';

type Ports = Pick<AccountPorts, 'ca' | 'references' | 'log'>;
type Key = NonNullable<Awaited<ReturnType<AccountPorts['references']['read']>>>;

/** Tells the CA, unless it knows already. `lost`: it knows neither key. */
const changeAtCa = async (ports: Ports, issuer: IssuerSpec, keys: { old: Key; next: Key }) => {
  const accountUrl = await connect(ports, issuer, { key: keys.old.value }).accounts.recover();
  if (accountUrl === undefined) {
    const url = await connect(ports, issuer, { key: keys.next.value }).accounts.recover();
    return url === undefined ? 'lost' : 'changed';
  }
  await connect(ports, issuer, { key: keys.old.value, accountUrl }).rollover.change(keys.next.value);
  // Pebble says yes to a key that it does not take: what the old key's place depends on is looked at.
  if ((await connect(ports, issuer, { key: keys.next.value }).accounts.recover()) === accountUrl) return 'changed';
  throw new EvercertError('ACCOUNT_REFUSED', 'the CA took the new key, and does not know the account by it');
};

/**
 * Ends a rollover that was begun: the CA is told, then the staged key takes the old one's place. Safe to repeat after a
 * crash between any two lines. Gives why it was refused; the old key is then as good as before. Errors: CA_*, SECRET_*.
 */
export const finishKeyChange = async (
  ports: Ports,
  issuer: IssuerSpec,
  reference: AccountReference,
): Promise<EvercertError | undefined> => {
  const { name, property } = reference;
  const [old, next] = [
    await ports.references.read({ name, property }),
    await ports.references.read({ name, property: nextProperty(reference) }),
  ];
  if (old === undefined || next === undefined) return undefined;
  try {
    if ((await changeAtCa(ports, issuer, { old, next })) === 'lost') return undefined;
  } catch (thrown) {
    // Only an answer is a refusal; after silence the CA may know either key.
    if (!(thrown instanceof EvercertError) || (thrown.class !== 'human' && thrown.detail.problem === undefined))
      throw thrown;
    if ((await connect(ports, issuer, { key: old.value }).accounts.recover()) === undefined) throw thrown;
    ports.log.warn('the CA refuses the new account key; the old one stays', { secret: name, error: thrown });
    return thrown;
  }
  await ports.references.move({ name, from: nextProperty(reference), to: property });
  ports.log.info('ACME account key rolled over', { secret: name });
  return undefined;
};
