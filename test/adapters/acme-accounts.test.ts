// What goes over the wire for accounts, orders with an end and chains; and what a directory is read for.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAcmeCa } from '#adapters/acme/acme-ca.ts';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import type { AcmeConnection, AcmeSession } from '#core/acme/ports.ts';
import { Sealed } from '#core/sealed.ts';
import { type Answer, type ScriptedServer, startScriptedServer } from '#test/support/acme/scripted-server.ts';

const HMAC = 'c2lnbmVkLWJ5LWEta2V5LW9mLW91cnMtYW5kLW9mLXRoZS1DQQ';
let server: ScriptedServer;
let session: (more?: Partial<AcmeConnection>) => AcmeSession;

beforeEach(async () => {
  server = await startScriptedServer();
  const accountKey = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
  session = (more = {}) =>
    createAcmeCa({ clock: { now: () => new Date('2026-11-25T12:00:00Z') }, version: '0' }).session({
      directoryUrl: server.directoryUrl,
      caBundlePem: server.rootPem,
      skipTlsVerify: false,
      accountKey,
      ...more,
    });
  server.answers.set('/new-account', {
    status: 201,
    headers: { location: `${server.origin}/account/1` },
    body: { status: 'valid' },
  });
  server.answers.set('/account/1', { body: { status: 'valid' } });
});
afterEach(() => server.stop());

const payloads = (path: string) => server.asked.filter((one) => one.path === path).map(({ payload }) => payload);
const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
const known = () => session({ accountUrl: `${server.origin}/account/1` });

/** The scripted directory with a change. */
const directory = (change: Record<string, unknown>): void => {
  const { body } = server.answers.get('/directory') as Answer & { body: Record<string, unknown> };
  server.answers.set('/directory', { body: { ...body, ...change } });
};

describe('an external account binding', () => {
  it('is signed as HS256 over the account key, names its key id and the newAccount URL', async () => {
    const externalAccount = { keyId: 'kid-1', hmacKey: new Sealed(HMAC) };
    await session({ externalAccount }).accounts.register({ email: 'ops@example.org' });
    const [sent] = payloads('/new-account') as [{ contact: string[]; externalAccountBinding: Record<string, string> }];
    expect(sent.contact).toEqual(['mailto:ops@example.org']);
    const { protected: header, payload, signature } = sent.externalAccountBinding;
    expect(decoded(header!)).toEqual({ alg: 'HS256', kid: 'kid-1', url: `${server.origin}/new-account` });
    expect(decoded(payload!)).toMatchObject({ kty: 'EC', crv: 'P-256' });
    const hmac = createHmac('sha256', Buffer.from(HMAC, 'base64url')).update(`${header}.${payload}`);
    expect(signature).toBe(hmac.digest('base64url'));
  });

  it('goes neither with a search for the account nor with anything that follows', async () => {
    const externalAccount = { keyId: 'kid-1', hmacKey: new Sealed(HMAC) };
    server.answers.set('/new-account', {
      headers: { location: `${server.origin}/account/1` },
      body: { status: 'valid' },
    });
    const opened = session({ externalAccount });
    await opened.accounts.recover();
    await opened.accounts.setContact({ email: 'new@example.org' });
    expect(JSON.stringify(server.asked.map(({ payload }) => payload))).not.toContain('externalAccountBinding');
  });
});

describe('a contact', () => {
  it('is posted to the account, and is an empty list where there is none', async () => {
    await known().accounts.setContact({ email: 'new@example.org' });
    await known().accounts.setContact({});
    expect(payloads('/account/1')).toEqual([{ contact: ['mailto:new@example.org'] }, { contact: [] }]);
  });
});

describe('the directory', () => {
  it.each([
    { meta: { externalAccountRequired: true }, required: true },
    { meta: { externalAccountRequired: false }, required: false },
    { meta: undefined, required: false },
  ])('with meta $meta demands a binding: $required', async ({ meta, required }) => {
    directory({ meta });
    expect(await session().meta.externalAccountRequired()).toBe(required);
  });

  it('without keyChange offers no rollover, with it one', async () => {
    expect(await session().rollover.isOffered()).toBe(false);
    directory({ keyChange: `${server.origin}/key-change` });
    expect(await session().rollover.isOffered()).toBe(true);
  });
});

describe('a key change', () => {
  const next = () => nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });

  it('is signed by the new key inside of the old one, and needs no body in its answer', async () => {
    directory({ keyChange: `${server.origin}/key-change` });
    server.answers.set('/key-change', { body: '' });
    await known().rollover.change(await next());
    const [sent] = payloads('/key-change') as [{ protected: string; payload: string }];
    expect(decoded(sent.protected)).toMatchObject({ alg: 'ES256', url: `${server.origin}/key-change` });
    expect(decoded(sent.payload)).toMatchObject({ account: `${server.origin}/account/1`, oldKey: { kty: 'EC' } });
  });

  it.each([409, 501])('that is answered %i is refused', async (status) => {
    directory({ keyChange: `${server.origin}/key-change` });
    server.answers.set('/key-change', { status, body: { detail: 'no' } });
    await expect(known().rollover.change(await next())).rejects.toMatchObject({ code: 'ACCOUNT_REFUSED' });
  });

  it('to a key of a kind that no CA takes is refused before it is sent', async () => {
    directory({ keyChange: `${server.origin}/key-change` });
    const key = await nodeKeys.make({ algorithm: 'Ed25519', size: 256, encoding: 'PKCS8' });
    await expect(known().rollover.change(key)).rejects.toMatchObject({ code: 'ACCOUNT_KEY_UNFIT' });
    expect(payloads('/key-change')).toEqual([]);
  });
});

describe('an order', () => {
  const orderBody = (status: string) => ({
    status,
    identifiers: [{ type: 'dns', value: 'a.example.org' }],
    authorizations: [`${server.origin}/authz/1`],
    finalize: `${server.origin}/finalize/1`,
  });

  it('names its end to the second', async () => {
    server.answers.set('/new-order', {
      status: 201,
      headers: { location: `${server.origin}/order/1` },
      body: orderBody('ready'),
    });
    const notAfter = new Date('2026-12-05T12:00:00.000Z');
    const order = await known().orders.open({ dnsNames: ['a.example.org'], notAfter });
    expect(order.status).toBe('ready');
    expect(payloads('/new-order')).toEqual([
      { identifiers: [{ type: 'dns', value: 'a.example.org' }], notAfter: '2026-12-05T12:00:00Z' },
    ]);
  });

  it('that lists more kinds of challenges than we know is read all the same', async () => {
    server.answers.set('/authz/1', {
      headers: { 'retry-after': '86400' },
      body: {
        status: 'processing',
        identifier: { type: 'dns', value: 'a.example.org' },
        challenges: [
          { type: 'sectigo-dns-01', url: `${server.origin}/challenge/1`, status: 'pending' },
          { type: 'dns-01', url: `${server.origin}/challenge/2`, status: 'processing', token: 'token' },
        ],
      },
    });
    expect(await known().authorizations.read(`${server.origin}/authz/1`)).toMatchObject({
      status: 'pending',
      dns01: { status: 'processing' },
      retryAfterMs: 86_400_000,
    });
  });
});

describe('the chains of a certificate', () => {
  const offered = () => {
    const link = `<${server.origin}/certificate/1/2>;rel="alternate"`;
    server.answers.set('/certificate/1', { headers: { link }, body: server.rootPem });
    server.answers.set('/certificate/1/2', { body: server.rootPem });
    const certificateUrl = `${server.origin}/certificate/1`;
    return {
      url: `${server.origin}/order/1`,
      status: 'valid',
      dnsNames: [],
      authorizationUrls: [],
      certificateUrl,
    } as const;
  };

  it('are not asked for where none is preferred', async () => {
    await known().certificates.download({ order: offered() });
    expect(payloads('/certificate/1/2')).toHaveLength(0);
  });

  it('are not asked for where the default one is the preferred one', async () => {
    await known().certificates.download({ order: offered(), preferredChain: 'Fake Root' });
    expect(payloads('/certificate/1/2')).toHaveLength(0);
  });

  it('are all looked at for another one, and told where none is it', async () => {
    const { offered: found } = await known().certificates.download({ order: offered(), preferredChain: 'Other' });
    expect(payloads('/certificate/1/2')).toHaveLength(1);
    expect(found).toEqual(['Fake Root', 'Fake Root']);
  });
});
