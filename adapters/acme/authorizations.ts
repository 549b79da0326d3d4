// Authorizations and their dns-01 challenge (RFC 8555 sections 7.5 and 8.4). It must never wait for a validation.
import type { AcmeAuthorization, AcmeAuthorizations } from '#core/acme/ports.ts';
import { EvercertError } from '#core/errors.ts';
import type { AcmeRequests } from './requests.ts';
import { authorizationOf, dns01Of } from './resources.ts';

export const readAuthorization = async (requests: AcmeRequests, url: string): Promise<AcmeAuthorization> => {
  const { data, answer } = await requests.call('authorization', async (client) => {
    const [authorization] = await client.getAuthorizations({ authorizations: [url] });
    const read = { ...authorization };
    const challenge = dns01Of(read);
    if (challenge === undefined) return { read, dns01: undefined };
    return { read, dns01: { challenge, txtValue: await client.getChallengeKeyAuthorization(challenge) } };
  });
  return authorizationOf(data.read, data.dns01, requests.waitOf(answer));
};

/** What a challenge says after the CA refused to be told. */
const statusAfter = async (requests: AcmeRequests, url: string) => {
  try {
    // acme-client has no reader for a challenge; that of orders is a plain POST-as-GET (section 7.5.1).
    const { data } = await requests.call('challenge', (client) => client.getOrder({ url }));
    return data.status;
  } catch (thrown) {
    if (thrown instanceof EvercertError && thrown.code === 'ORDER_EXPIRED') return 'gone';
    throw thrown;
  }
};

const isRefusal = (thrown: unknown): boolean =>
  thrown instanceof EvercertError && (thrown.code === 'CA_REFUSED' || thrown.code === 'ORDER_EXPIRED');

/** POST {} to the challenge; a CA that refuses because it is no longer pending is asked what it is now. */
export const tellUnlessDone = async (
  requests: AcmeRequests,
  { dns01 }: Parameters<AcmeAuthorizations['answer']>[0],
): Promise<void> => {
  const url = dns01?.url;
  if (url === undefined) throw new EvercertError('CA_REFUSED', 'the CA offers no dns-01 challenge');
  try {
    await requests.call('challenge', (client) => client.completeChallenge({ url }));
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    const status = await statusAfter(requests, url);
    if (status === 'gone' || status === 'pending') throw thrown;
  }
};

/**
 * Section 7.5.2. A refusal is fine: the authorization is dead already, or the CA knows no deactivation (smallstep's, and
 * with it Caddy's) and lets it expire.
 */
export const deactivate = async (requests: AcmeRequests, url: string): Promise<void> => {
  try {
    await requests.call('authorization', (client) => client.deactivateAuthorization({ url }));
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
  }
};
