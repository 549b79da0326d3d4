// The accounts of the fake CA (RFC 8555 section 7.3): by directory and key, with contact, binding and key change.
// It must never know of orders.
import type { ExternalAccount } from '#core/acme/ports.ts';
import type { FakeAcmeOptions } from '../fake-acme.ts';
import { problem, refusal } from './state.ts';

type Options = Pick<FakeAcmeOptions, 'externalAccounts' | 'refusedContacts'>;
type Binding = ExternalAccount | undefined;

export class FakeAccounts {
  /** How many were made (not found again). */
  made = 0;
  /** Account URL -> e-mail address. */
  readonly contacts = new Map<string, string>();
  /** Key ids of the bindings that came with newAccount, in order, taken or not. */
  readonly bindings: string[] = [];
  readonly #byKey = new Map<string, string>();
  readonly #spent = new Set<string>();
  readonly #options: Options;
  readonly #newUrl: () => string;

  constructor(options: Options, newUrl: () => string) {
    this.#options = options;
    this.#newUrl = newUrl;
  }

  find(key: string): string | undefined {
    return this.#byKey.get(key);
  }

  clear(): void {
    this.#byKey.clear();
  }

  /** newAccount; a key that has an account gets that one. */
  add(key: string, { email, externalAccount }: { email?: string; externalAccount?: Binding }): string {
    if (externalAccount !== undefined) this.bindings.push(externalAccount.keyId);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#demandContact(email);
    this.#bind(externalAccount);
    const url = this.#newUrl();
    this.#byKey.set(key, url);
    if (email !== undefined) this.contacts.set(url, email);
    this.made += 1;
    return url;
  }

  setContact(url: string, email: string | undefined): void {
    this.#demandContact(email);
    if (email === undefined) this.contacts.delete(url);
    else this.contacts.set(url, email);
  }

  /** Section 7.3.5: a key of another account is refused. */
  changeKey(from: string, to: string): void {
    const url = this.#byKey.get(from);
    if (this.#byKey.has(to)) throw refusal('ACCOUNT_REFUSED', problem('malformed', 'the new key is in use'));
    this.#byKey.delete(from);
    this.#byKey.set(to, url!);
  }

  #demandContact(email: string | undefined): void {
    if (email === undefined || this.#options.refusedContacts?.includes(email) !== true) return;
    throw refusal('ACCOUNT_REFUSED', problem('invalidContact', `${email} is no contact`));
  }

  #bind(external: Binding): void {
    const keys = this.#options.externalAccounts;
    if (keys === undefined) return;
    if (external === undefined)
      throw refusal('ACCOUNT_REFUSED', problem('externalAccountRequired', 'an external account binding is needed'));
    const bytes = (text: string) => Buffer.from(text, 'base64').toString('hex');
    const fits = bytes(keys[external.keyId] ?? '') === bytes(external.hmacKey.open());
    if (!fits) throw refusal('ACCOUNT_REFUSED', problem('unauthorized', 'the binding is not signed by a key of ours'));
    if (this.#spent.has(external.keyId))
      throw refusal('ACCOUNT_REFUSED', problem('malformed', 'not awaiting external account binding'));
    this.#spent.add(external.keyId);
  }
}
