// The ACME CA over acme-client (RFC 8555): what each role of the port asks, and how its answer is judged.
// It must never wait or poll, and never know of ledgers, DNS or secrets.
import type {
  AcmeAuthorization,
  AcmeAuthorizations,
  AcmeCa,
  AcmeCertificates,
  AcmeConnection,
  AcmeOrder,
  AcmeOrders,
} from '#core/acme/ports.ts';
import { EvercertError } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import { accountsOf, metaOf, rolloverOf } from './accounts.ts';
import { deactivate, readAuthorization, tellUnlessDone } from './authorizations.ts';
import type { AcmeRequest } from './call.ts';
import { alternateUrls, pemChain, topmostIssuer } from './chains.ts';
import { Endpoint } from './endpoint.ts';
import { finalizeOrder, openOrder, readOrder } from './orders.ts';
import { AcmeRequests, type Surroundings } from './requests.ts';

export interface AcmeCaOptions {
  readonly clock: Clock;
  /** Shown to the CA as `evercert/<version>`. */
  readonly version: string;
  /** For one request with its answer. */
  readonly timeoutMs?: number;
  /** Told of every request that went out; must not throw. */
  readonly onRequest?: (request: AcmeRequest) => void;
}

const certificatesOf = (requests: AcmeRequests): AcmeCertificates => {
  const fetch = async (url: string) => {
    // Section 7.4.2; `valid` keeps acme-client from polling the order.
    const { data, answer } = await requests.call('certificate', (client) =>
      client.getCertificate({ status: 'valid', certificate: url }),
    );
    return { chain: pemChain(data, url), answer };
  };
  return {
    async download({ order, preferredChain }) {
      const url = order.certificateUrl;
      if (url === undefined)
        throw new EvercertError('CA_PROTOCOL', `${order.url} is ${order.status} without certificate`);
      const byDefault = await fetch(url);
      if (preferredChain === undefined) return { chainPem: byDefault.chain };
      const offered: string[] = [];
      for (const other of [undefined, ...alternateUrls(byDefault.answer.link, url)]) {
        const { chain } = other === undefined ? byDefault : await fetch(other);
        const leadsTo = topmostIssuer(chain, other ?? url);
        if (leadsTo === preferredChain) return { chainPem: chain };
        offered.push(leadsTo ?? 'a nameless issuer');
      }
      return { chainPem: byDefault.chain, offered };
    },
  };
};

const ordersOf = (requests: AcmeRequests): AcmeOrders => ({
  open: (request) => openOrder(requests, request),
  read: (url): Promise<AcmeOrder> => readOrder(requests, url),
  finalize: (request) => finalizeOrder(requests, request),
});

const authorizationsOf = (requests: AcmeRequests): AcmeAuthorizations => ({
  read: (url): Promise<AcmeAuthorization> => readAuthorization(requests, url),
  answer: (authorization) => tellUnlessDone(requests, authorization),
  deactivate: (url) => deactivate(requests, url),
});

/** Sessions with any ACME CA; what is learnt of a CA (directory, nonces, connections) is kept for the container's life. */
export const createAcmeCa = (options: AcmeCaOptions): AcmeCa => {
  const endpoints = new Map<string, Endpoint>();
  const surroundings: Surroundings = {
    clock: options.clock,
    timeoutMs: options.timeoutMs ?? 15_000,
    userAgent: `evercert/${options.version}`,
    onRequest: options.onRequest ?? (() => undefined),
  };
  const endpointOf = ({ directoryUrl, caBundlePem, skipTlsVerify }: AcmeConnection): Endpoint => {
    const id = JSON.stringify([directoryUrl, caBundlePem, skipTlsVerify]);
    const trust = { skipTlsVerify, ...(caBundlePem === undefined ? {} : { caBundlePem }) };
    const endpoint = endpoints.get(id) ?? new Endpoint({ directoryUrl, clock: options.clock, ...trust });
    endpoints.set(id, endpoint);
    return endpoint;
  };
  return {
    session(connection) {
      const requests = new AcmeRequests({ endpoint: endpointOf(connection), surroundings, connection });
      return {
        accounts: accountsOf(requests),
        orders: ordersOf(requests),
        authorizations: authorizationsOf(requests),
        certificates: certificatesOf(requests),
        meta: metaOf(requests),
        rollover: rolloverOf(requests),
      };
    },
  };
};
