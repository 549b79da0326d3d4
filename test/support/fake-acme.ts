// A stateful ACME CA in the process: the whole state machine of RFC 8555 section 7.1.6, dns-01 against a given look-up,
// really signed chains. Faults come by hooks. It must never know how the journey asks.
import type { AcmeCa, AcmeConnection, AcmeOrderRequest, AcmeSession } from '#core/acme/ports.ts';
import { EvercertError } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import type { RenewalInformation } from '#core/renewal/ports.ts';
import { FakeAccounts } from './acme/accounts.ts';
import { FakeHierarchy, readRequest } from './acme/issuing.ts';
import { FakeRenewals } from './acme/renewal.ts';
import { FakeSession } from './acme/session.ts';
import { expired, type FakeAuthorization, type FakeOrder, nameSet, problem, refusal } from './acme/state.ts';
import { type Hook, hooked, noHook } from './hooks.ts';

const DAY_MS = 86_400_000;

export interface FakeAcmeOptions {
  readonly clock: Clock;
  /** TXT values at a full name (`_acme-challenge.example.com`), CNAMEs followed; empty when there are none. */
  readonly txt: (name: string) => Promise<readonly string[]>;
  /** Told of every method with ports AcmeAccounts, AcmeOrders, AcmeAuthorizations, AcmeCertificates. */
  readonly hook?: Hook;
  /** Whether a valid authorization of the account serves its next order too. */
  readonly reuseAuthorizations?: boolean;
  readonly profiles?: Readonly<Record<string, { readonly lifetimeMs: number }>>;
  readonly lifetimeMs?: number;
  /** Told with what is pending or processing. */
  readonly retryAfterMs?: number;
  /** How many reads still say `pending` after an answer, and `processing` after finalize. */
  readonly pollsUntilValidated?: number;
  readonly pollsUntilIssued?: number;
  /** Default: `ca.test`. */
  readonly caaIdentities?: readonly string[];
  readonly orderLifetimeMs?: number;
  /** Whether the directory offers renewal information (RFC 9773); by default it does not. */
  readonly renewalInfo?: boolean;
  /** Key id -> HMAC key (base64url): when given, newAccount needs one, and each is good for one account. */
  readonly externalAccounts?: Readonly<Record<string, string>>;
  /** Whether the directory has keyChange; by default it has. */
  readonly keyChange?: boolean;
  /** Whether newOrder may name its notAfter; by default it may. */
  readonly takesNotAfter?: boolean;
  /** E-mail addresses that the CA does not take as contact. */
  readonly refusedContacts?: readonly string[];
  /** Whether every new order comes back `ready`: validated beforehand, without any challenge. */
  readonly preApproves?: boolean;
  /** Whether an order says back what it replaces; by default it does. */
  readonly echoesReplaces?: boolean;
}

const hierarchies = new Map<string, Promise<FakeHierarchy>>();

/** Keys are dear: fake CAs that begin on the same day sign with the same hierarchy. */
const sharedHierarchy = (now: Date): Promise<FakeHierarchy> => {
  const day = now.toISOString().slice(0, 10);
  const made = hierarchies.get(day) ?? FakeHierarchy.create(now);
  hierarchies.set(day, made);
  return made;
};

export class FakeAcme implements AcmeCa {
  readonly options: FakeAcmeOptions;
  readonly hook: Hook;
  readonly orders = new Map<string, FakeOrder>();
  readonly authorizations = new Map<string, FakeAuthorization>();
  readonly renewals = new FakeRenewals();
  readonly accounts: FakeAccounts;
  readonly #opened = new Map<string, number>();
  #hierarchy: Promise<FakeHierarchy> | undefined;
  #next = 1;

  constructor(options: FakeAcmeOptions) {
    this.options = options;
    this.hook = options.hook ?? noHook;
    this.accounts = new FakeAccounts(options, () => this.#url('account'));
  }

  /** How many accounts were made (not found again). */
  get registrations(): number {
    return this.accounts.made;
  }

  session(connection: AcmeConnection): AcmeSession {
    return new FakeSession(this, connection).roles();
  }

  /** What the sweep asks. */
  readonly renewalInformation: RenewalInformation = {
    read: ({ certId }) =>
      hooked(this.hook, { port: 'RenewalInformation', method: 'read' }, () =>
        this.options.renewalInfo === true ? this.renewals.answer(certId) : 'unsupported',
      ),
  };

  /** How many orders were opened for this set of names, answered or not. */
  ordersOpened(dnsNames: readonly string[]): number {
    return this.#opened.get(nameSet(dnsNames)) ?? 0;
  }

  /** The CA forgets every account, as after a restart of a test CA. */
  loseAccounts(): void {
    this.accounts.clear();
  }

  /** The root of the default chain. */
  async rootPem(): Promise<string> {
    return (await this.hierarchy()).rootPem;
  }

  hierarchy(): Promise<FakeHierarchy> {
    this.#hierarchy ??= sharedHierarchy(this.now());
    return this.#hierarchy;
  }

  now(): Date {
    return this.options.clock.now();
  }

  addOrder(account: string, request: AcmeOrderRequest): FakeOrder {
    const profile = request.profile === undefined ? undefined : this.options.profiles?.[request.profile];
    if (request.profile !== undefined && profile === undefined) throw this.#unknownProfile(request.profile);
    for (const name of request.dnsNames) this.#demandName(name);
    const { notAfter } = request;
    if (notAfter !== undefined && this.options.takesNotAfter === false)
      throw refusal('CA_REFUSED', problem('malformed', 'NotBefore and NotAfter are not supported'));
    const dnsNames = [...new Set(request.dnsNames.map((name) => name.toLowerCase()))];
    const { replaces } = request;
    if (replaces !== undefined) this.renewals.demand(replaces, { account, dnsNames });
    this.#opened.set(nameSet(dnsNames), this.ordersOpened(dnsNames) + 1);
    const authorizations = dnsNames.map(
      (name) => this.#reusable(account, name) ?? this.#addAuthorization(account, name),
    );
    const order: FakeOrder = {
      url: this.#url('order'),
      account,
      dnsNames,
      authorizations,
      lifetimeMs: profile?.lifetimeMs ?? this.options.lifetimeMs ?? 90 * DAY_MS,
      notAfter,
      profile: request.profile,
      replaces,
      expiresAt: this.#expiry(),
      status: 'pending',
      error: undefined,
      pollsLeft: 0,
      chains: [],
    };
    this.orders.set(order.url, order);
    if (replaces !== undefined) this.renewals.replace(replaces, order);
    return order;
  }

  /** A look at TXT, once the polls that were asked for are over (section 7.5.1). */
  async validate(authorization: FakeAuthorization): Promise<void> {
    if (authorization.challenge !== 'processing') return;
    authorization.pollsLeft -= 1;
    if (authorization.pollsLeft >= 0) return;
    const name = `_acme-challenge.${authorization.dnsName}`;
    const found = await this.options.txt(name);
    const isThere = found.includes(authorization.wanted);
    authorization.status = isThere ? 'valid' : 'invalid';
    authorization.challenge = authorization.status;
    const words = found.length === 0 ? `no TXT record found at ${name}` : `wrong TXT record at ${name}`;
    authorization.error = isThere ? undefined : problem(found.length === 0 ? 'dns' : 'unauthorized', words);
  }

  /** Checks the request and signs (section 7.4). */
  async issue(order: FakeOrder, csrDer: Uint8Array): Promise<void> {
    const request = await readRequest(csrDer);
    if (request === undefined || nameSet(request.names) !== nameSet(order.dnsNames)) {
      throw refusal('CSR_REFUSED', problem('badCSR', 'the request does not fit the order'));
    }
    const notBefore = new Date(Math.floor(this.now().getTime() / 1000) * 1000);
    const notAfter = order.notAfter ?? new Date(notBefore.getTime() + order.lifetimeMs);
    order.chains = await (await this.hierarchy()).issue({ ...request, notBefore, notAfter });
    this.renewals.add(order);
    order.status = 'processing';
    order.pollsLeft = this.options.pollsUntilIssued ?? 1;
  }

  #demandName(name: string): void {
    if (/^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/i.test(name)) return;
    throw refusal('CA_REFUSED', problem('rejectedIdentifier', `${name} is no public DNS name`, name));
  }

  #unknownProfile(profile: string): EvercertError {
    const known = Object.keys(this.options.profiles ?? {});
    const words = `the fake CA has no profile "${profile}": it lists ${known.join(', ') || 'none'}`;
    return new EvercertError('CA_PROFILE_UNKNOWN', words, { detail: { offenders: [profile] } });
  }

  #reusable(account: string, name: string): FakeAuthorization | undefined {
    if (this.options.reuseAuthorizations !== true) return undefined;
    return [...this.authorizations.values()].find(
      (known) =>
        known.account === account &&
        known.status === 'valid' &&
        known.expiresAt > this.now() &&
        name === (known.wildcard ? `*.${known.dnsName}` : known.dnsName),
    );
  }

  #addAuthorization(account: string, name: string): FakeAuthorization {
    const url = this.#url('authorization');
    const authorization: FakeAuthorization = {
      url,
      account,
      dnsName: name.replace(/^\*\./, ''),
      wildcard: name.startsWith('*.'),
      token: `token-${url.split('/').at(-1)}`,
      wanted: '',
      expiresAt: this.#expiry(),
      status: this.options.preApproves === true ? 'valid' : 'pending',
      challenge: this.options.preApproves === true ? 'valid' : 'pending',
      pollsLeft: 0,
      error: undefined,
    };
    this.authorizations.set(url, authorization);
    return authorization;
  }

  #expiry(): Date {
    return new Date(this.now().getTime() + (this.options.orderLifetimeMs ?? 7 * DAY_MS));
  }

  #url(kind: string): string {
    this.#next += 1;
    return `https://acme.fake.test/${kind}/${this.#next}`;
  }

  /** An order or authorization by URL; gone when it is expired or somebody else's. */
  find<T extends { account: string; expiresAt: Date }>(held: ReadonlyMap<string, T>, url: string, account: string): T {
    const found = held.get(url);
    if (found === undefined || found.account !== account || found.expiresAt <= this.now()) throw expired(url);
    return found;
  }
}
