// acme-client with one CA and one account key, made safe: each call has its surroundings, is signed again after badNonce,
// and fails only with our errors. It must never know what a certificate's journey is.
import { createPrivateKey } from 'node:crypto';
import AcmeClient from 'acme-client/src/client.js';
import type { AcmeConnection, ExternalAccount } from '#core/acme/ports.ts';
import { EvercertError } from '#core/errors.ts';
import { type AnswerHeaders, type Call, calls, type Resource } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import { retryAfterMs } from './retry-after.ts';
import { BadNonce } from './transport.ts';

/** badNonce means that nothing happened, so that even newOrder may be signed again; 30 % rejection passes 10 times of 10. */
const MAX_SIGNATURES = 10;

/** What every call of a CA has in common. */
export type Surroundings = Pick<Call, 'clock' | 'timeoutMs' | 'userAgent' | 'onRequest'>;

export class AcmeRequests {
  readonly endpoint: Endpoint;
  readonly #surroundings: Surroundings;
  readonly #connection: AcmeConnection;
  #client: AcmeClient | undefined;

  constructor(options: { endpoint: Endpoint; surroundings: Surroundings; connection: AcmeConnection }) {
    this.endpoint = options.endpoint;
    this.#surroundings = options.surroundings;
    this.#connection = options.connection;
  }

  /** Runs one call of acme-client. Besides the codes of problems.ts and network-errors.ts: ACCOUNT_KEY_UNFIT, CA_PROTOCOL. */
  async call<T>(
    resource: Resource,
    ask: (client: AcmeClient) => Promise<T>,
  ): Promise<{ data: T; answer: AnswerHeaders }> {
    const client = this.#open();
    if (resource !== 'account' && resource !== 'directory' && this.accountUrl() === undefined) {
      throw new EvercertError('INTERNAL', `${resource} asked of ${this.#connection.directoryUrl} without an account`);
    }
    const call: Call = { ...this.#surroundings, endpoint: this.endpoint, resource, answer: {} };
    for (let signature = 1; ; signature += 1) {
      try {
        const data = await calls.run(call, () => ask(client));
        return { data, answer: call.answer };
      } catch (thrown) {
        if (!(thrown instanceof BadNonce)) throw translated(thrown, this.#connection.directoryUrl);
        if (signature === MAX_SIGNATURES) throw nonceRefused(thrown, this.#connection.directoryUrl);
      }
    }
  }

  /** Retry-After of an answer, in ms from now. */
  waitOf(answer: AnswerHeaders): number | undefined {
    return retryAfterMs(answer.retryAfter, this.#surroundings.clock.now());
  }

  /** The account URL that acme-client knows: given, or learnt by newAccount. */
  accountUrl(): string | undefined {
    try {
      return this.#open().getAccountUrl();
    } catch (thrown) {
      if (thrown instanceof EvercertError) throw thrown;
      return undefined;
    }
  }

  #open(): AcmeClient {
    if (this.#client !== undefined) return this.#client;
    const { directoryUrl, accountKey, accountUrl, externalAccount } = this.#connection;
    this.#client = new AcmeClient({
      directoryUrl,
      accountKey: readableKey(accountKey.open()),
      ...(accountUrl === undefined ? {} : { accountUrl }),
      ...(externalAccount === undefined ? {} : { externalAccountBinding: bindingOf(externalAccount) }),
    });
    return this.#client;
  }
}

/** acme-client sends it with newAccount alone, and reads base64url as well as base64. */
const bindingOf = ({ keyId, hmacKey }: ExternalAccount) => ({ kid: keyId, hmacKey: hmacKey.open() });

export const readableKey = (pem: string): string => {
  try {
    const type = createPrivateKey(pem).asymmetricKeyType;
    if (type === 'rsa' || type === 'ec') return pem;
  } catch {
    // OpenSSL's own words may quote what it could not read.
    throw new EvercertError('ACCOUNT_KEY_UNFIT', 'the account key is no unencrypted PEM private key');
  }
  throw new EvercertError('ACCOUNT_KEY_UNFIT', 'the account key is neither RSA nor ECDSA');
};

/** acme-client throws a plain Error where an answer lacks what RFC 8555 demands; anything else is a fault of ours. */
const translated = (thrown: unknown, directoryUrl: string): unknown => {
  const plain = thrown instanceof Error && thrown.name === 'Error';
  if (!plain || thrown instanceof EvercertError) return thrown;
  return new EvercertError('CA_PROTOCOL', `${directoryUrl}: ${thrown.message}`, { cause: thrown });
};

const nonceRefused = (cause: BadNonce, directoryUrl: string): EvercertError =>
  new EvercertError('CA_UNREACHABLE', `${directoryUrl} refused ${MAX_SIGNATURES} nonces in a row`, { cause });
