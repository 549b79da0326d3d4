// What every ACME CA behind the port does, whoever plays it. Declared differences are asserted, not passed over.

import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import type { AcmeCa, AcmeConnection, AcmeSession } from '#core/acme/ports.ts';
import { authorize, issue, type PutTxt, poll, readAll } from '#test/support/acme/client-side.ts';
import { dnsRequest } from '#test/support/requests.ts';

export interface AcmeStage {
  readonly ca: AcmeCa;
  readonly connection: Omit<AcmeConnection, 'accountKey' | 'accountUrl'>;
  readonly putTxt: PutTxt;
  /** Requests that went out so far; undefined where there are none to count. */
  requests(): number | undefined;
  /** Common name of the root of an alternate chain. */
  alternateRoot(): Promise<string>;
  stop(): Promise<void>;
}

/** What this CA does otherwise than most; each has a sentence of its own in the suite. */
export interface AcmeTraits {
  /** One that the directory lists, or `none`. */
  readonly profile: string | 'none';
  readonly alternates: boolean;
  /** Caddy leaves a failed challenge pending, so that it may be answered again. */
  readonly failedChallenge: 'invalid' | 'pending';
  /** Caddy has no deactivation: an authorization that is given up stays until it expires. */
  readonly givenUp: 'deactivated' | 'pending';
  /** Whether a valid authorization serves the next order of the account too. */
  readonly reuse: 'always' | 'never';
  /** Requests per certificate are only promised where nonces are not rejected on purpose. */
  readonly countsRequests: boolean;
}

const pemOf = (chain: string) => chain.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];

const account = async (stage: AcmeStage) => {
  const accountKey = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
  const connection: AcmeConnection = { ...stage.connection, accountKey };
  const accountUrl = await stage.ca.session(connection).accounts.register({ email: 'ops@example.org' });
  return { connection, accountUrl, session: stage.ca.session({ ...connection, accountUrl }) };
};

export const describeAcmeCa = (name: string, setup: () => Promise<AcmeStage>, traits: AcmeTraits): void => {
  describe(name, () => {
    let stage: AcmeStage;
    let session: AcmeSession;
    const profile = traits.profile === 'none' ? {} : { profile: traits.profile };

    beforeAll(async () => {
      stage = await setup();
      ({ session } = await account(stage));
    });
    afterAll(() => stage?.stop());

    it('knows no account of a fresh key', async () => {
      const accountKey = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
      expect(await stage.ca.session({ ...stage.connection, accountKey }).accounts.recover()).toBeUndefined();
    });

    it('registers a key once and finds its account again', async () => {
      const { connection, accountUrl } = await account(stage);
      expect(await stage.ca.session(connection).accounts.recover()).toBe(accountUrl);
      expect(await stage.ca.session(connection).accounts.register({})).toBe(accountUrl);
    });

    it('takes RSA account keys', async () => {
      const accountKey = await nodeKeys.make({ algorithm: 'RSA', size: 2048, encoding: 'PKCS1' });
      expect(await stage.ca.session({ ...stage.connection, accountKey }).accounts.register({})).toMatch(/^https:/);
    });

    it('says ACCOUNT_LOST for an account that is not there', async () => {
      const { connection, accountUrl } = await account(stage);
      const stranger = stage.ca.session({ ...connection, accountUrl: `${accountUrl}0` });
      await expect(stranger.orders.open({ dnsNames: ['lost.example.org'], ...profile })).rejects.toMatchObject({
        code: 'ACCOUNT_LOST',
      });
    });

    it('opens an order with apex and wildcard: two authorizations of one name', async () => {
      const order = await session.orders.open({ dnsNames: ['two.example.org', '*.two.example.org'], ...profile });
      expect(order.status).toBe('pending');
      expect([...order.dnsNames].sort()).toEqual(['*.two.example.org', 'two.example.org']);
      const authorizations = await readAll(session, order);
      expect(authorizations.map(({ dnsName }) => dnsName)).toEqual(['two.example.org', 'two.example.org']);
      expect(authorizations.map(({ wildcard }) => wildcard).sort()).toEqual([false, true]);
      expect(authorizations.every(({ dns01 }) => /^[\w-]{43}$/.test(dns01?.txtValue ?? ''))).toBe(true);
      expect(new Set(authorizations.map(({ dns01 }) => dns01?.txtValue)).size).toBe(2);
    });

    it('gives the same order and the same TXT value when it is read again', async () => {
      const order = await session.orders.open({ dnsNames: ['again.example.org'], ...profile });
      const { retryAfterMs: _, ...expected } = order;
      expect(await session.orders.read(order.url)).toMatchObject(expected);
      const [first, second] = [await readAll(session, order), await readAll(session, order)];
      expect(second[0]?.dns01?.txtValue).toBe(first[0]?.dns01?.txtValue);
    });

    it('issues apex and wildcard: a chain with the leaf first, for our key and names', async () => {
      const dnsNames = ['full.example.org', '*.full.example.org'];
      const { order, key } = await issue(session, { dnsNames, ...profile }, stage.putTxt);
      expect(order.status).toBe('valid');
      const { chainPem } = await session.certificates.download({ order });
      const certificates = pemOf(chainPem).map((pem) => new X509Certificate(pem));
      expect(certificates.length).toBeGreaterThanOrEqual(2);
      expect(certificates[0]!.subjectAltName?.split(', ').sort()).toEqual([
        'DNS:*.full.example.org',
        'DNS:full.example.org',
      ]);
      const spki = (pem: Parameters<typeof createPublicKey>[0]) =>
        createHash('sha256')
          .update(createPublicKey(pem).export({ type: 'spki', format: 'der' }))
          .digest('hex');
      expect(spki(certificates[0]!.toString())).toBe(spki(key.open()));
      certificates.slice(1).forEach((issuer, at) => {
        expect(certificates[at]!.checkIssued(issuer)).toBe(true);
      });
    });

    it('has the order as it is when finalize is repeated', async () => {
      const { order, csrDer } = await issue(session, { dnsNames: ['repeat.example.org'], ...profile }, stage.putTxt);
      expect(await session.orders.finalize({ order, csrDer })).toMatchObject({ url: order.url, status: 'valid' });
    });

    it('refuses a request that does not fit the order', async () => {
      const order = await session.orders.open({ dnsNames: ['csr.example.org'], ...profile });
      await authorize(session, order, stage.putTxt);
      const key = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
      const csrDer = await dnsRequest(key, ['other.example.org']);
      await expect(session.orders.finalize({ order, csrDer })).rejects.toMatchObject({ code: 'CSR_REFUSED' });
    });

    it('lets an answer be repeated', async () => {
      const order = await session.orders.open({ dnsNames: ['twice.example.org'], ...profile });
      const [authorization] = await readAll(session, order);
      await authorize(session, order, stage.putTxt);
      await session.authorizations.answer(authorization!);
      expect((await session.orders.read(order.url)).status).toBe('ready');
    });

    it(`leaves a challenge without its TXT record ${traits.failedChallenge}, with the reason`, async () => {
      const order = await session.orders.open({ dnsNames: ['absent.example.org'], ...profile });
      const [authorization] = await readAll(session, order);
      await session.authorizations.answer(authorization!);
      const failed = await poll(
        () => session.authorizations.read(authorization!.url),
        ({ dns01 }) => dns01?.error !== undefined,
      );
      expect(failed.status).toBe(traits.failedChallenge);
      expect(failed.dns01?.error?.type).toMatch(/^urn:ietf:params:acme:error:(dns|unauthorized)$/);
      const left = traits.failedChallenge === 'invalid' ? 'invalid' : 'pending';
      expect((await session.orders.read(order.url)).status).toBe(left);
    });

    it(`gives up an authorization, twice if need be, which is ${traits.givenUp} then`, async () => {
      const order = await session.orders.open({ dnsNames: ['giveup.example.org'], ...profile });
      const url = order.authorizationUrls[0]!;
      await session.authorizations.deactivate(url);
      await session.authorizations.deactivate(url);
      expect((await session.authorizations.read(url)).status).toBe(traits.givenUp);
    });

    it('says ORDER_EXPIRED for an order that is not there', async () => {
      const order = await session.orders.open({ dnsNames: ['gone.example.org'], ...profile });
      await expect(session.orders.read(`${order.url}x`)).rejects.toMatchObject({ code: 'ORDER_EXPIRED' });
    });

    it('says ORDER_EXPIRED for an order of another account', async () => {
      const order = await session.orders.open({ dnsNames: ['foreign.example.org'], ...profile });
      const { session: other } = await account(stage);
      await expect(other.orders.read(order.url)).rejects.toMatchObject({ code: 'ORDER_EXPIRED' });
    });

    it('refuses a profile that is not listed before anything is ordered', async () => {
      const refused = session.orders.open({ dnsNames: ['profile.example.org'], profile: 'no-such-profile' });
      const known = traits.profile === 'none' ? /it lists none/ : new RegExp(`it lists .*${traits.profile}`);
      await expect(refused).rejects.toMatchObject({
        code: 'CA_PROFILE_UNKNOWN',
        message: expect.stringMatching(known),
      });
    });

    if (traits.profile !== 'none') {
      it('echoes the profile of the order', async () => {
        expect((await session.orders.open({ dnsNames: ['echo.example.org'], ...profile })).profile).toBe(
          traits.profile,
        );
      });
    }

    it('falls back to the default chain when no chain leads to the preferred root, and tells what is offered', async () => {
      const { order } = await issue(session, { dnsNames: ['chain.example.org'], ...profile }, stage.putTxt);
      const byDefault = await session.certificates.download({ order });
      expect(byDefault.offered).toBeUndefined();
      const fallenBack = await session.certificates.download({ order, preferredChain: 'No Such Root' });
      expect(fallenBack.chainPem).toBe(byDefault.chainPem);
      expect(fallenBack.offered?.length).toBeGreaterThanOrEqual(traits.alternates ? 2 : 1);
    });

    if (traits.alternates) {
      it('takes the alternate chain that leads to the preferred root', async () => {
        const { order } = await issue(session, { dnsNames: ['alternate.example.org'], ...profile }, stage.putTxt);
        const preferredChain = await stage.alternateRoot();
        const { chainPem, offered } = await session.certificates.download({ order, preferredChain });
        const chain = pemOf(chainPem);
        expect(offered).toBeUndefined();
        expect(new X509Certificate(chain.at(-1)!).issuer).toContain(`CN=${preferredChain}`);
      });
    }

    it('issues with keys of all kinds that public CAs take', async () => {
      for (const [algorithm, size] of [
        ['RSA', 2048],
        ['ECDSA', 384],
      ] as const) {
        const dnsNames = [`k${size}.example.org`];
        const order = await session.orders.open({ dnsNames, ...profile });
        await authorize(session, order, stage.putTxt);
        const key = await nodeKeys.make({ algorithm, size, encoding: 'PKCS1' });
        const csrDer = await dnsRequest(key, dnsNames, dnsNames[0]!);
        const finalized = await session.orders.finalize({ order, csrDer });
        expect(['processing', 'valid']).toContain(finalized.status);
      }
    });

    if (traits.countsRequests) {
      it('takes at most 8 + 3 requests per name', async () => {
        for (const dnsNames of [
          ['one.example.org'],
          ['many.example.org', '*.many.example.org', 'www.many.example.org'],
        ]) {
          const before = stage.requests()!;
          const { order } = await issue(session, { dnsNames, ...profile }, stage.putTxt);
          await session.certificates.download({ order });
          expect(stage.requests()! - before).toBeLessThanOrEqual(8 + 3 * dnsNames.length);
        }
      });
    }
  });
};
