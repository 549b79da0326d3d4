// Accounts (RFC 8555 section 7.3): registered, found again, their contact and key changed. It must never store a URL or key.
import type { AcmeAccounts, AcmeMeta, AcmeRollover } from '#core/acme/ports.ts';
import { EvercertError } from '#core/errors.ts';
import { type AcmeRequests, readableKey } from './requests.ts';
import { readDirectory } from './transport.ts';

const contactOf = ({ email }: { email?: string }): string[] => (email === undefined ? [] : [`mailto:${email}`]);

const knownUrl = (requests: AcmeRequests): string => {
  const url = requests.accountUrl();
  if (url !== undefined) return url;
  throw new EvercertError('CA_PROTOCOL', `${requests.endpoint.directoryUrl} told no account URL`);
};

export const accountsOf = (requests: AcmeRequests): AcmeAccounts => ({
  async register({ email }) {
    try {
      await requests.call('account', (client) =>
        client.createAccount({
          termsOfServiceAgreed: true,
          ...(email === undefined ? {} : { contact: contactOf({ email }) }),
        }),
      );
    } catch (thrown) {
      // A key that is registered already: the CA has told the URL, and refuses acme-client's update that follows.
      if (requests.accountUrl() === undefined) throw thrown;
    }
    return knownUrl(requests);
  },
  async recover() {
    try {
      await requests.call('account', (client) => client.createAccount({ onlyReturnExisting: true }));
    } catch (thrown) {
      if (thrown instanceof EvercertError && thrown.code === 'ACCOUNT_LOST') return undefined;
      throw thrown;
    }
    return knownUrl(requests);
  },
  async setContact(contact) {
    await requests.call('account', (client) => client.updateAccount({ contact: contactOf(contact) }));
  },
});

const directoryOf = async (requests: AcmeRequests) =>
  (await requests.call('directory', () => readDirectory(requests.endpoint.directoryUrl))).data;

/** Section 7.3.5. What the directory offers is asked first: acme-client would only miss a URL. */
export const rolloverOf = (requests: AcmeRequests): AcmeRollover => ({
  isOffered: async () => typeof (await directoryOf(requests)).keyChange === 'string',
  async change(newKey) {
    await requests.call('keyChange', (client) => client.updateAccountKey(readableKey(newKey.open())));
  },
});

export const metaOf = (requests: AcmeRequests): AcmeMeta => ({
  async caaIdentities() {
    const told: unknown = (await directoryOf(requests)).meta?.caaIdentities;
    return Array.isArray(told) ? told.filter((one) => typeof one === 'string') : [];
  },
  externalAccountRequired: async () => (await directoryOf(requests)).meta?.externalAccountRequired === true,
});
