// What every ACME CA does with accounts beyond the first registration: binding, contact, another key. Declared differences
// are asserted, not passed over.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import type { AcmeConnection, ExternalAccount } from '#core/acme/ports.ts';
import { Sealed } from '#core/sealed.ts';
import { issue } from '#test/support/acme/client-side.ts';
import type { AcmeStage } from './acme-ca.ts';

export interface AccountTraits {
  /** Bindings that the CA knows, key id -> HMAC key; `none`: it asks for none. */
  readonly bindings: Readonly<Record<string, string>> | 'none';
  /** Pebble lets one binding make many accounts, where most CAs do not. */
  readonly spends: boolean;
  /** Caddy lists keyChange, and has none. */
  readonly keyChange: 'done' | 'refused';
  /** Pebble answers 200 to a key that another account has, and changes nothing. */
  readonly guardsKeys: boolean;
  readonly takesNotAfter: boolean;
  readonly profile: string | 'none';
}

const makeKey = () => nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });

/** As cert-manager makes them: RSA 2048 in PKCS#1. */
const certManagersKey = (): Sealed<string> =>
  new Sealed(
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    }).privateKey,
  );

export const describeAcmeAccounts = (name: string, setup: () => Promise<AcmeStage>, traits: AccountTraits): void => {
  describe(name, () => {
    let stage: AcmeStage;
    const names = Object.keys(traits.bindings === 'none' ? {} : traits.bindings);
    const binding = (at: number, hmacKey?: string): { externalAccount?: ExternalAccount } => {
      if (traits.bindings === 'none') return {};
      const keyId = names[at]!;
      return { externalAccount: { keyId, hmacKey: new Sealed(hmacKey ?? traits.bindings[keyId]!) } };
    };
    const session = (accountKey: Sealed<string>, more: Partial<AcmeConnection> = {}) =>
      stage.ca.session({ ...stage.connection, accountKey, ...more });
    const profile = traits.profile === 'none' ? {} : { profile: traits.profile };

    beforeAll(async () => {
      stage = await setup();
    });
    afterAll(() => stage?.stop());

    it('tells whether newAccount needs a binding', async () => {
      const { meta } = session(await makeKey());
      expect(await meta.externalAccountRequired()).toBe(traits.bindings !== 'none');
    });

    if (traits.bindings !== 'none') {
      it('refuses newAccount without a binding, and with one that another key has signed', async () => {
        const key = await makeKey();
        await expect(session(key).accounts.register({})).rejects.toMatchObject({ code: 'ACCOUNT_REFUSED' });
        const forged = session(key, binding(0, 'YW5vdGhlci1rZXktdGhhbi10aGUtb25lLXRoYXQtd2FzLWdpdmVu'));
        await expect(forged.accounts.register({})).rejects.toMatchObject({ code: 'ACCOUNT_REFUSED' });
        expect(await session(key).accounts.recover()).toBeUndefined();
      });

      it('finds a bound account by its key alone', async () => {
        const key = await makeKey();
        const accountUrl = await session(key, binding(0)).accounts.register({ email: 'ops@example.org' });
        expect(await session(key).accounts.recover()).toBe(accountUrl);
      });

      it(`${traits.spends ? 'lets a binding make one account only' : 'lets a binding make another account'}`, async () => {
        const second = session(await makeKey(), binding(0)).accounts.register({});
        if (traits.spends) await expect(second).rejects.toMatchObject({ code: 'ACCOUNT_REFUSED' });
        else expect(await second).toMatch(/^https:/);
      });

      it('takes the key as padded base64 too', async () => {
        const padded = Buffer.from(traits.bindings === 'none' ? '' : traits.bindings[names[1]!]!, 'base64url');
        const bound = session(await makeKey(), binding(1, padded.toString('base64')));
        expect(await bound.accounts.register({})).toMatch(/^https:/);
      });
    }

    it('finds the account of a key that cert-manager made, and issues with it', async () => {
      const key = certManagersKey();
      const accountUrl = await session(key, binding(2)).accounts.register({});
      expect(await session(key).accounts.recover()).toBe(accountUrl);
      const opened = session(key, { accountUrl });
      const { order } = await issue(opened, { dnsNames: ['brought.example.org'], ...profile }, stage.putTxt);
      expect(order.status).toBe('valid');
    });

    it('changes the contact, and takes it away, of the same account', async () => {
      const key = await makeKey();
      const accountUrl = await session(key, binding(3)).accounts.register({ email: 'old@example.org' });
      const { accounts } = session(key, { accountUrl });
      await accounts.setContact({ email: 'new@example.org' });
      await accounts.setContact({});
      expect(await session(key).accounts.recover()).toBe(accountUrl);
    });

    it('says ACCOUNT_LOST to a contact of an account that is not there', async () => {
      const key = await makeKey();
      const accountUrl = await session(key, binding(8)).accounts.register({});
      const { accounts } = session(key, { accountUrl: `${accountUrl}0` });
      await expect(accounts.setContact({ email: 'new@example.org' })).rejects.toMatchObject({ code: 'ACCOUNT_LOST' });
    });

    it('lists a key change', async () => {
      expect(await session(await makeKey()).rollover.isOffered()).toBe(true);
    });

    if (traits.keyChange === 'refused') {
      it('refuses to change a key, and keeps the old one', async () => {
        const key = await makeKey();
        const accountUrl = await session(key, binding(4)).accounts.register({});
        const change = session(key, { accountUrl }).rollover.change(await makeKey());
        await expect(change).rejects.toMatchObject({ code: 'ACCOUNT_REFUSED' });
        expect(await session(key).accounts.recover()).toBe(accountUrl);
      });
    } else {
      it('gives an account another key: the URL stays, the old key opens it no more, and its orders go on', async () => {
        const [old, next] = [certManagersKey(), await makeKey()];
        const accountUrl = await session(old, binding(4)).accounts.register({});
        const before = session(old, { accountUrl });
        const order = await before.orders.open({ dnsNames: ['rollover.example.org'], ...profile });
        await before.rollover.change(next);
        expect(await session(old).accounts.recover()).toBeUndefined();
        expect(await session(next).accounts.recover()).toBe(accountUrl);
        const after = session(next, { accountUrl });
        expect(await after.orders.read(order.url)).toMatchObject({ url: order.url, status: 'pending' });
        const refused = session(old, { accountUrl }).orders.read(order.url);
        await expect(refused).rejects.toMatchObject({ detail: { problem: { type: expect.stringContaining('acme') } } });
        const issued = await issue(after, { dnsNames: ['rollover.example.org'], ...profile }, stage.putTxt);
        expect(issued.order.status).toBe('valid');
      });

      it(`${traits.guardsKeys ? 'refuses' : 'says nothing of'} a key that another account has, and keeps the old one`, async () => {
        const [one, other] = [await makeKey(), await makeKey()];
        const accountUrl = await session(one, binding(5)).accounts.register({});
        await session(other, binding(6)).accounts.register({});
        const change = session(one, { accountUrl }).rollover.change(other);
        if (traits.guardsKeys) await expect(change).rejects.toMatchObject({ code: 'ACCOUNT_REFUSED' });
        else await expect(change).resolves.toBeUndefined();
        expect(await session(one).accounts.recover()).toBe(accountUrl);
      });
    }

    it(`${traits.takesNotAfter ? 'takes' : 'refuses'} an end that an order names`, async () => {
      const key = await makeKey();
      const accountUrl = await session(key, binding(7)).accounts.register({});
      const { orders } = session(key, { accountUrl });
      const notAfter = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 10 * 86_400_000);
      const opened = orders.open({ dnsNames: ['end.example.org'], notAfter, ...profile });
      if (traits.takesNotAfter) expect((await opened).status).toBe('pending');
      else await expect(opened).rejects.toMatchObject({ code: 'CA_REFUSED' });
    });
  });
};
