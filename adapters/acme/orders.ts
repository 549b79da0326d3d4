// Orders (RFC 8555 section 7.4, profiles, RFC 9773 `replaces`). It must never wait for one.
import type { AcmeOrder, AcmeOrderRequest, AcmeOrders } from '#core/acme/ports.ts';
import { EvercertError } from '#core/errors.ts';
import { isProblem } from './problems.ts';
import type { AcmeRequests } from './requests.ts';
import { orderOf } from './resources.ts';
import { readDirectory } from './transport.ts';

/** Refused before it is ordered: a profile that the directory does not list (draft-ietf-acme-profiles section 4). */
const demandProfile = async (requests: AcmeRequests, profile: string): Promise<void> => {
  const listed = async (): Promise<readonly string[]> => {
    const { data } = await requests.call('directory', () => readDirectory(requests.endpoint.directoryUrl));
    return Object.keys(data.meta?.profiles ?? {});
  };
  if ((await listed()).includes(profile)) return;
  requests.endpoint.forgetDirectory();
  const known = await listed();
  if (known.includes(profile)) return;
  const choice = known.length === 0 ? 'it lists none' : `it lists ${known.join(', ')}`;
  throw new EvercertError(
    'CA_PROFILE_UNKNOWN',
    `${requests.endpoint.directoryUrl} has no profile "${profile}": ${choice}`,
    {
      detail: { offenders: [profile] },
    },
  );
};

/** RFC 3339 without a fraction: not every CA reads one. */
const toSecond = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z');

const newOrder = async (requests: AcmeRequests, request: AcmeOrderRequest): Promise<AcmeOrder> => {
  const { data, answer } = await requests.call('newOrder', (client) =>
    client.createOrder({
      identifiers: request.dnsNames.map((value) => ({ type: 'dns' as const, value })),
      ...(request.profile === undefined ? {} : { profile: request.profile }),
      ...(request.replaces === undefined ? {} : { replaces: request.replaces }),
      ...(request.notAfter === undefined ? {} : { notAfter: toSecond(request.notAfter) }),
    }),
  );
  return orderOf(data, requests.waitOf(answer));
};

/**
 * A refusal that may be about `replaces` (taken already, unknown to this CA or account, no name shared): the order is worth
 * having without it. CAs word this freely; a refusal that names identifiers is about them, and of what was refused nothing stands.
 */
const mayBeAboutReplaces = (thrown: unknown): boolean =>
  thrown instanceof EvercertError && thrown.code === 'CA_REFUSED' && thrown.detail.offenders === undefined;

export const openOrder = async (requests: AcmeRequests, request: AcmeOrderRequest): Promise<AcmeOrder> => {
  if (request.profile !== undefined) await demandProfile(requests, request.profile);
  try {
    return await newOrder(requests, request);
  } catch (thrown) {
    if (request.replaces === undefined || !mayBeAboutReplaces(thrown)) throw thrown;
    const { replaces: _, ...rest } = request;
    return newOrder(requests, rest);
  }
};

export const readOrder = async (requests: AcmeRequests, url: string): Promise<AcmeOrder> => {
  const { data, answer } = await requests.call('order', (client) => client.getOrder({ url }));
  return orderOf(data, requests.waitOf(answer));
};

const pemRequest = (der: Uint8Array): Buffer => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return Buffer.from(`-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`);
};

/** orderNotReady (section 7.4) means that the order has moved on, or is not as far: the order as it is now is given. */
export const finalizeOrder = async (
  requests: AcmeRequests,
  { order, csrDer }: Parameters<AcmeOrders['finalize']>[0],
): Promise<AcmeOrder> => {
  const { url } = order;
  const finalize = order.finalizeUrl ?? (await readOrder(requests, url)).finalizeUrl;
  if (finalize === undefined) throw new EvercertError('CA_PROTOCOL', `${url} has no finalize URL`);
  try {
    const { data, answer } = await requests.call('finalize', (client) =>
      client.finalizeOrder({ url, finalize }, pemRequest(csrDer)),
    );
    return orderOf(data, requests.waitOf(answer));
  } catch (thrown) {
    const problem = thrown instanceof EvercertError ? thrown.detail.problem : undefined;
    if (!isProblem(problem, 'orderNotReady')) throw thrown;
    const now = await readOrder(requests, url);
    if (now.status === 'ready') throw thrown;
    return now;
  }
};
