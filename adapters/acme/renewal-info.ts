// RenewalInformation over plain GETs (RFC 9773 section 4): the directory is remembered for twelve hours, the rest is asked
// each time. It must never judge a window, nor load acme-client.
import { EvercertError } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import type { AcmeDirectory, RenewalAnswer, RenewalInformation } from '#core/renewal/ports.ts';
import { isObject, type Json, jsonObject, problemDocument } from './bodies.ts';
import type { AcmeRequest } from './call.ts';
import { type Directory, Endpoint } from './endpoint.ts';
import { type PlainAnswer, plainGet } from './plain-get.ts';
import { refusalError } from './problems.ts';
import { retryAfterMs } from './retry-after.ts';

export interface RenewalInformationOptions {
  readonly clock: Clock;
  /** Shown to the CA as `evercert/<version>`. */
  readonly version: string;
  /** For one request with its answer. */
  readonly timeoutMs?: number;
  /** Told of every request that was answered; must not throw. */
  readonly onRequest?: (request: AcmeRequest) => void;
}

type Ask = (url: string, resource: 'directory' | 'renewalInfo', endpoint: Endpoint) => Promise<PlainAnswer>;

const asking =
  ({ clock, version, timeoutMs = 15_000, onRequest = () => undefined }: RenewalInformationOptions): Ask =>
  async (url, resource, endpoint) => {
    const answer = await plainGet(url, { endpoint, timeoutMs, userAgent: `evercert/${version}` });
    const { status, retryAfter, body } = answer;
    onRequest({ method: 'GET', resource, status });
    if (status >= 200 && status < 300) return answer;
    if (status < 400) throw new EvercertError('CA_PROTOCOL', `${url} answered ${status}`, { detail: { action: url } });
    const problem = problemDocument(body);
    const refusal = { url, resource, status, retryAfter, now: clock.now() };
    throw refusalError(problem === undefined ? refusal : { ...refusal, problem });
  };

/** Dates that cannot be read are given as they are, invalid: judging them is the core's. */
const answerOf = ({ body, retryAfter }: PlainAnswer, url: string, now: Date): RenewalAnswer => {
  const content: Json = jsonObject(body, url);
  const window = content.suggestedWindow;
  if (!isObject(window)) throw new EvercertError('CA_PROTOCOL', `${url} answered no suggestedWindow`);
  const { explanationURL } = content;
  const wait = retryAfterMs(retryAfter, now);
  return {
    window: { start: new Date(String(window.start)), end: new Date(String(window.end)) },
    ...(typeof explanationURL === 'string' && explanationURL !== ''
      ? { explanationUrl: explanationURL.slice(0, 500) }
      : {}),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
};

/** Makes the port; what is learnt of a directory is kept for the container's life. */
export const createRenewalInformation = (options: RenewalInformationOptions): RenewalInformation => {
  const ask = asking(options);
  const endpoints = new Map<string, Endpoint>();
  const endpointOf = (directory: AcmeDirectory): Endpoint => {
    const { url, caBundlePem, skipTlsVerify } = directory;
    const id = JSON.stringify([url, caBundlePem, skipTlsVerify]);
    const trust = { skipTlsVerify, ...(caBundlePem === undefined ? {} : { caBundlePem }) };
    const endpoint = endpoints.get(id) ?? new Endpoint({ directoryUrl: url, clock: options.clock, ...trust });
    endpoints.set(id, endpoint);
    return endpoint;
  };
  const directoryOf = async (endpoint: Endpoint): Promise<Directory> => {
    const url = endpoint.directoryUrl;
    try {
      return await endpoint.directory(
        async () => jsonObject((await ask(url, 'directory', endpoint)).body, url) as Json & Directory,
      );
    } catch (thrown) {
      endpoint.forgetDirectory();
      throw thrown;
    }
  };
  return {
    async read({ directory, certId }) {
      const endpoint = endpointOf(directory);
      const { renewalInfo } = await directoryOf(endpoint);
      if (typeof renewalInfo !== 'string') return 'unsupported';
      const url = `${renewalInfo.replace(/\/$/, '')}/${certId}`;
      try {
        return answerOf(await ask(url, 'renewalInfo', endpoint), url, options.clock.now());
      } catch (thrown) {
        // The CA may have moved it.
        if (thrown instanceof EvercertError && thrown.code !== 'CA_RATE_LIMITED') endpoint.forgetDirectory();
        throw thrown;
      }
    },
  };
};
