// One account's view of the fake CA: the four roles of the port, each method between its two hooks.
// It must never hold state of its own but the account URL.
import type { AcmeAuthorization, AcmeConnection, AcmeOrder, AcmeSession, DownloadedChain } from '#core/acme/ports.ts';
import { EvercertError } from '#core/errors.ts';
import type { Sealed } from '#core/sealed.ts';
import type { FakeAcme } from '../fake-acme.ts';
import { hooked } from '../hooks.ts';
import { type FakeAuthorization, type FakeOrder, problem, refusal, thumbprint, txtValue } from './state.ts';

export class FakeSession {
  readonly #ca: FakeAcme;
  readonly #connection: AcmeConnection;
  #accountUrl: string | undefined;

  constructor(ca: FakeAcme, connection: AcmeConnection) {
    this.#ca = ca;
    this.#connection = connection;
    this.#accountUrl = connection.accountUrl;
  }

  roles(): AcmeSession {
    return {
      accounts: {
        register: (contact) => this.#do('AcmeAccounts', 'register', () => this.#register(contact)),
        recover: () => this.#do('AcmeAccounts', 'recover', () => this.#recover()),
        setContact: ({ email }) =>
          this.#do('AcmeAccounts', 'setContact', () => this.#ca.accounts.setContact(this.#account(), email)),
      },
      orders: {
        open: (request) => this.#do('AcmeOrders', 'open', () => this.#orderView(this.#open(request))),
        read: (url) => this.#do('AcmeOrders', 'read', () => this.#readOrder(url)),
        finalize: (request) =>
          this.#do('AcmeOrders', 'finalize', () => this.#finalize(request.order.url, request.csrDer)),
      },
      authorizations: {
        read: (url) => this.#do('AcmeAuthorizations', 'read', () => this.#readAuthorization(url)),
        answer: ({ dns01 }) => this.#do('AcmeAuthorizations', 'answer', () => this.#answer(dns01?.url ?? '')),
        deactivate: (url) => this.#do('AcmeAuthorizations', 'deactivate', () => this.#deactivate(url)),
      },
      certificates: {
        download: (request) =>
          this.#do('AcmeCertificates', 'download', () => this.#download(request.order.url, request.preferredChain)),
      },
      meta: {
        caaIdentities: () => this.#do('AcmeMeta', 'caaIdentities', () => this.#ca.options.caaIdentities ?? ['ca.test']),
        externalAccountRequired: () =>
          this.#do('AcmeMeta', 'externalAccountRequired', () => this.#ca.options.externalAccounts !== undefined),
      },
      rollover: {
        isOffered: () => this.#do('AcmeRollover', 'isOffered', () => this.#ca.options.keyChange !== false),
        change: (newKey) => this.#do('AcmeRollover', 'change', () => this.#changeKey(newKey)),
      },
    };
  }

  #do<T>(port: string, method: string, effect: () => T | Promise<T>): Promise<T> {
    return hooked(this.#ca.hook, { port, method }, effect);
  }

  #key(key = this.#connection.accountKey): string {
    return `${this.#connection.directoryUrl} ${thumbprint(key.open())}`;
  }

  #register(contact: { email?: string }): string {
    const { externalAccount } = this.#connection;
    this.#accountUrl = this.#ca.accounts.add(this.#key(), { ...contact, externalAccount });
    return this.#accountUrl;
  }

  #changeKey(newKey: Sealed<string>): void {
    this.#account();
    this.#ca.accounts.changeKey(this.#key(), this.#key(newKey));
  }

  #recover(): string | undefined {
    const url = this.#ca.accounts.find(this.#key());
    if (url !== undefined) this.#accountUrl = url;
    return url;
  }

  #account(): string {
    if (this.#accountUrl === undefined) throw new EvercertError('INTERNAL', 'asked of the fake CA without an account');
    if (this.#ca.accounts.find(this.#key()) !== this.#accountUrl) {
      throw refusal('ACCOUNT_LOST', problem('accountDoesNotExist', `no account ${this.#accountUrl} of this key`));
    }
    return this.#accountUrl;
  }

  /** As the real adapter: what may be about `replaces` is tried once without it. */
  #open(request: Parameters<AcmeSession['orders']['open']>[0]): FakeOrder {
    const account = this.#account();
    try {
      return this.#ca.addOrder(account, request);
    } catch (thrown) {
      const refused = thrown instanceof EvercertError && thrown.code === 'CA_REFUSED' && !thrown.detail.offenders;
      if (request.replaces === undefined || !refused) throw thrown;
      const { replaces: _refused, ...rest } = request;
      return this.#ca.addOrder(account, rest);
    }
  }

  #order(url: string): FakeOrder {
    return this.#ca.find(this.#ca.orders, url, this.#account());
  }

  #authorization(url: string): FakeAuthorization {
    return this.#ca.find(this.#ca.authorizations, url, this.#account());
  }

  async #readOrder(url: string): Promise<AcmeOrder> {
    const order = this.#order(url);
    // A CA validates by itself, whichever of the two resources is polled.
    for (const authorization of order.authorizations) await this.#ca.validate(authorization);
    if (order.status === 'processing') {
      order.pollsLeft -= 1;
      if (order.pollsLeft < 0) order.status = 'valid';
    }
    return this.#orderView(order);
  }

  async #finalize(url: string, csrDer: Uint8Array): Promise<AcmeOrder> {
    const order = this.#order(url);
    // The real adapter answers orderNotReady by reading the order.
    if (this.#orderView(order).status !== 'ready') return this.#readOrder(url);
    await this.#ca.issue(order, csrDer);
    return this.#orderView(order);
  }

  /** Section 7.1.6: an order follows its authorizations until it is finalized. */
  #orderView(order: FakeOrder): AcmeOrder {
    if (order.status === 'pending' || order.status === 'ready') {
      const dead = order.authorizations.find(({ status }) => status !== 'pending' && status !== 'valid');
      if (dead !== undefined) order.status = 'invalid';
      else if (order.authorizations.every(({ status }) => status === 'valid')) order.status = 'ready';
      order.error = dead?.error;
    }
    return {
      url: order.url,
      status: order.status,
      dnsNames: order.dnsNames,
      authorizationUrls: order.authorizations.map(({ url }) => url),
      finalizeUrl: `${order.url}/finalize`,
      ...(order.status === 'valid' ? { certificateUrl: `${order.url}/certificate` } : {}),
      ...(order.profile === undefined ? {} : { profile: order.profile }),
      ...(order.replaces === undefined || this.#ca.options.echoesReplaces === false
        ? {}
        : { replaces: order.replaces }),
      ...(order.error === undefined ? {} : { error: order.error }),
      ...this.#retryAfter(order.status === 'processing'),
    };
  }

  async #readAuthorization(url: string): Promise<AcmeAuthorization> {
    const authorization = this.#authorization(url);
    await this.#ca.validate(authorization);
    const { error } = authorization;
    return {
      url,
      dnsName: authorization.dnsName,
      wildcard: authorization.wildcard,
      status: authorization.status,
      dns01: {
        url: `${url}/dns-01`,
        status: authorization.challenge,
        txtValue: txtValue(authorization.token, thumbprint(this.#connection.accountKey.open())),
        ...(error === undefined ? {} : { error }),
      },
      ...this.#retryAfter(authorization.status === 'pending'),
    };
  }

  #answer(challengeUrl: string): void {
    const authorization = this.#authorization(challengeUrl.replace(/\/dns-01$/, ''));
    if (authorization.challenge !== 'pending' || authorization.status !== 'pending') return;
    authorization.challenge = 'processing';
    authorization.wanted = txtValue(authorization.token, thumbprint(this.#connection.accountKey.open()));
    authorization.pollsLeft = this.#ca.options.pollsUntilValidated ?? 0;
  }

  #deactivate(url: string): void {
    const account = this.#account();
    const authorization = this.#ca.authorizations.get(url);
    if (authorization?.account !== account) return;
    if (authorization.status === 'pending' || authorization.status === 'valid') authorization.status = 'deactivated';
  }

  #download(url: string, preferredChain: string | undefined): DownloadedChain {
    const order = this.#order(url);
    if (order.status !== 'valid')
      throw new EvercertError('CA_PROTOCOL', `${url} is ${order.status} without certificate`);
    const [byDefault, alternate] = order.chains;
    if (preferredChain === 'Fake Alternate Root') return { chainPem: alternate! };
    const isFound = preferredChain === undefined || preferredChain === 'Fake Root';
    return { chainPem: byDefault!, ...(isFound ? {} : { offered: ['Fake Root', 'Fake Alternate Root'] }) };
  }

  #retryAfter(waits: boolean): { retryAfterMs?: number } {
    const { retryAfterMs } = this.#ca.options;
    return waits && retryAfterMs !== undefined ? { retryAfterMs } : {};
  }
}
