// Orders and authorizations where a CA says no in ways that mean something else.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAcmeCa } from '#adapters/acme/acme-ca.ts';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import type { AcmeSession } from '#core/acme/ports.ts';
import { type Answer, type ScriptedServer, startScriptedServer } from '#test/support/acme/scripted-server.ts';

const ACME = 'urn:ietf:params:acme:error:';
let server: ScriptedServer;
let session: AcmeSession;

beforeEach(async () => {
  server = await startScriptedServer();
  const ca = createAcmeCa({ clock: { now: () => new Date('2026-11-25T12:00:00Z') }, version: '0' });
  session = ca.session({
    directoryUrl: server.directoryUrl,
    caBundlePem: server.rootPem,
    skipTlsVerify: false,
    accountKey: await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' }),
    accountUrl: `${server.origin}/account/1`,
  });
});
afterEach(() => server.stop());

const refusal = (status: number, type: string, detail = 'no'): Answer => ({
  status,
  body: { type: ACME + type, detail },
});

const orderBody = (status: string) => ({
  status,
  identifiers: [{ type: 'dns', value: 'a.example.org' }],
  authorizations: [`${server.origin}/authz/1`],
  finalize: `${server.origin}/finalize/1`,
});

const asked = (path: string) => server.asked.filter((request) => request.path === path);

describe('replaces', () => {
  test.each([
    ['alreadyReplaced', 409],
    ['malformed', 400],
    ['unauthorized', 403],
  ])('is left out after %s, once', async (type, status) => {
    server.answers.set('/new-order', ({ payload }) =>
      'replaces' in (payload as object)
        ? refusal(status, type)
        : { status: 201, headers: { location: `${server.origin}/order/1` }, body: orderBody('pending') },
    );
    const order = await session.orders.open({ dnsNames: ['a.example.org'], replaces: 'aYhb.AIdl' });
    expect(order.status).toBe('pending');
    expect(asked('/new-order').map(({ payload }) => payload)).toEqual([
      { identifiers: [{ type: 'dns', value: 'a.example.org' }], replaces: 'aYhb.AIdl' },
      { identifiers: [{ type: 'dns', value: 'a.example.org' }] },
    ]);
  });

  test('is not to blame for a rate limit', async () => {
    server.answers.set('/new-order', { ...refusal(429, 'rateLimited'), headers: { 'retry-after': '60' } });
    await expect(session.orders.open({ dnsNames: ['a.example.org'], replaces: 'aYhb.AIdl' })).rejects.toMatchObject({
      code: 'CA_RATE_LIMITED',
    });
    expect(asked('/new-order')).toHaveLength(1);
  });
});

describe('a profile', () => {
  test('that is not listed is refused before the order, after a second look at the directory', async () => {
    await expect(session.orders.open({ dnsNames: ['a.example.org'], profile: 'tiny' })).rejects.toMatchObject({
      code: 'CA_PROFILE_UNKNOWN',
      message: expect.stringContaining('it lists classic'),
    });
    expect(server.asked.map(({ path }) => path)).toEqual(['/directory', '/directory']);
  });
});

describe('finalize', () => {
  const csrDer = new Uint8Array([48, 3, 2, 1, 0]);
  const finalize = () =>
    session.orders.finalize({
      order: {
        url: `${server.origin}/order/1`,
        status: 'ready',
        dnsNames: ['a.example.org'],
        authorizationUrls: [],
        finalizeUrl: `${server.origin}/finalize/1`,
      },
      csrDer,
    });

  test('sends the request as base64url of its DER', async () => {
    server.answers.set('/finalize/1', { body: orderBody('processing'), headers: { 'retry-after': '3' } });
    expect(await finalize()).toMatchObject({
      status: 'processing',
      url: `${server.origin}/order/1`,
      retryAfterMs: 3000,
    });
    expect(asked('/finalize/1')[0]?.payload).toEqual({ csr: 'MAMCAQA' });
  });

  test.each([['processing'], ['valid'], ['pending'], ['invalid']])(
    'of an order that is not ready gives the order, which is %s',
    async (status) => {
      server.answers.set('/finalize/1', refusal(403, 'orderNotReady'));
      server.answers.set('/order/1', { body: orderBody(status) });
      expect((await finalize()).status).toBe(status);
    },
  );

  test('of an order that is ready and not ready at once is against the protocol', async () => {
    server.answers.set('/finalize/1', refusal(403, 'orderNotReady'));
    server.answers.set('/order/1', { body: orderBody('ready') });
    await expect(finalize()).rejects.toMatchObject({ code: 'CA_PROTOCOL' });
  });
});

describe('an answer', () => {
  const challenge = () => ({ dns01: { url: `${server.origin}/challenge/1` } });

  test.each([['valid'], ['processing'], ['invalid']])('to a challenge that is %s already is fine', async (status) => {
    server.answers.set('/challenge/1', ({ payload }) =>
      payload === undefined ? { body: { type: 'dns-01', status } } : refusal(400, 'malformed'),
    );
    await expect(session.authorizations.answer(challenge())).resolves.toBeUndefined();
  });

  test('to a pending challenge that the CA refuses is a refusal', async () => {
    server.answers.set('/challenge/1', ({ payload }) =>
      payload === undefined ? { body: { type: 'dns-01', status: 'pending' } } : refusal(400, 'malformed'),
    );
    await expect(session.authorizations.answer(challenge())).rejects.toMatchObject({ code: 'CA_REFUSED' });
  });

  test('to a challenge that is gone says so', async () => {
    await expect(session.authorizations.answer(challenge())).rejects.toMatchObject({ code: 'ORDER_EXPIRED' });
  });
});

describe('giving up an authorization', () => {
  test('that is gone is fine', async () => {
    await expect(session.authorizations.deactivate(`${server.origin}/authz/1`)).resolves.toBeUndefined();
  });

  test.each([
    ['is dead', 400, 'malformed'],
    ['belongs to nobody we know', 403, 'unauthorized'],
  ])('that %s is fine', async (_, status, type) => {
    server.answers.set('/authz/1', refusal(status, type));
    await expect(session.authorizations.deactivate(`${server.origin}/authz/1`)).resolves.toBeUndefined();
  });

  test('of a CA that is down is not', async () => {
    server.answers.set('/authz/1', { status: 503, body: '' });
    await expect(session.authorizations.deactivate(`${server.origin}/authz/1`)).rejects.toMatchObject({
      code: 'CA_UNREACHABLE',
    });
  });
});
