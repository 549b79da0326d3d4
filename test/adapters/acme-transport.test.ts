// What really goes over the wire, against a server on loopback: nonces, directory, time limits, trust, broken answers.
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAcmeCa } from '#adapters/acme/acme-ca.ts';
import type { AcmeRequest } from '#adapters/acme/call.ts';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { Sealed } from '#core/sealed.ts';
import { type Answer, type ScriptedServer, startScriptedServer } from '#test/support/acme/scripted-server.ts';

const ACME = 'urn:ietf:params:acme:error:';
let accountKey: Sealed<string>;
let server: ScriptedServer;
let now: Date;
let requests: AcmeRequest[];

beforeAll(async () => {
  accountKey = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS1' });
});
beforeEach(async () => {
  server = await startScriptedServer();
  now = new Date('2026-11-25T12:00:00Z');
  requests = [];
});
afterEach(() => server.stop());

const newCa = (timeoutMs = 5_000) =>
  createAcmeCa({
    clock: { now: () => now },
    version: '1.2.3',
    timeoutMs,
    onRequest: (request) => requests.push(request),
  });

const connection = () => ({
  directoryUrl: server.directoryUrl,
  caBundlePem: server.rootPem,
  skipTlsVerify: false,
  accountKey,
  accountUrl: `${server.origin}/account/1`,
});

const open = (ca = newCa(), more = {}) =>
  ca.session({ ...connection(), ...more }).orders.open({ dnsNames: ['a.example.org'], profile: 'classic' });

const order = (): Answer => ({
  status: 201,
  headers: { location: `${server.origin}/order/1` },
  body: {
    status: 'pending',
    identifiers: [{ type: 'dns', value: 'A.Example.org' }],
    authorizations: [`${server.origin}/authz/1`],
    finalize: `${server.origin}/finalize/1`,
  },
});

const paths = () => server.asked.map(({ method, path }) => `${method} ${path}`);

describe('requests', () => {
  test('fetches directory and nonce once and then lives on the nonces of the answers', async () => {
    server.answers.set('/new-order', order());
    const ca = newCa();
    await open(ca);
    await open(ca);
    expect(paths()).toEqual(['GET /directory', 'HEAD /new-nonce', 'POST /new-order', 'POST /new-order']);
    expect(server.asked.map(({ nonce }) => nonce)).toEqual([undefined, undefined, 'nonce-1', 'nonce-2']);
  });

  test('tells who asks, and is told of each request with its status', async () => {
    server.answers.set('/new-order', order());
    await open();
    expect(new Set(server.asked.map(({ userAgent }) => userAgent))).toEqual(new Set(['evercert/1.2.3']));
    expect(requests).toEqual([
      { method: 'GET', resource: 'directory', status: 200 },
      { method: 'HEAD', resource: 'newNonce', status: 200 },
      { method: 'POST', resource: 'newOrder', status: 201 },
    ]);
  });

  test('fetches the directory again after twelve hours', async () => {
    server.answers.set('/new-order', order());
    const ca = newCa();
    await open(ca);
    now = new Date('2026-11-26T00:00:01Z');
    await open(ca);
    expect(paths().filter((path) => path === 'GET /directory')).toHaveLength(2);
  });

  test('asks for the directory once when many start together', async () => {
    server.answers.set('/new-order', order());
    const ca = newCa();
    await Promise.all([open(ca), open(ca), open(ca)]);
    expect(paths().filter((path) => path === 'GET /directory')).toHaveLength(1);
  });

  test('fetches the directory again after it could not be had', async () => {
    const directory = server.answers.get('/directory')!;
    server.answers.set('/new-order', order());
    server.answers.set('/directory', { status: 503, headers: { 'retry-after': '30' } });
    const ca = newCa();
    await expect(open(ca)).rejects.toMatchObject({
      code: 'CA_UNREACHABLE',
      detail: { retryAt: new Date('2026-11-25T12:00:30Z') },
    });
    server.answers.set('/directory', directory);
    expect(await open(ca)).toMatchObject({ status: 'pending', dnsNames: ['a.example.org'] });
  });

  test('never sends a body again after a failure of the server', async () => {
    server.answers.set('/new-order', { status: 500, body: { type: `${ACME}serverInternal` } });
    await expect(open()).rejects.toMatchObject({ code: 'CA_UNREACHABLE' });
    expect(paths().filter((path) => path === 'POST /new-order')).toHaveLength(1);
  });
});

describe('badNonce', () => {
  const bad: Answer = { status: 400, body: { type: `${ACME}badNonce`, detail: 'no' } };

  test('signs again with the nonce that the refusal gave', async () => {
    let refusals = 7;
    server.answers.set('/new-order', () => {
      refusals -= 1;
      return refusals >= 0 ? bad : order();
    });
    expect((await open()).status).toBe('pending');
    const nonces = server.asked.flatMap(({ nonce }) => nonce ?? []);
    expect(nonces).toEqual(['nonce-1', 'nonce-2', 'nonce-3', 'nonce-4', 'nonce-5', 'nonce-6', 'nonce-7', 'nonce-8']);
  });

  test('gives up after ten signatures', async () => {
    server.answers.set('/new-order', bad);
    await expect(open()).rejects.toMatchObject({ code: 'CA_UNREACHABLE' });
    expect(paths().filter((path) => path === 'POST /new-order')).toHaveLength(10);
  });
});

describe('answers that are none', () => {
  test.each<[string, Answer, string]>([
    ['a page instead of an order', { status: 201, body: '<html>welcome</html>' }, 'CA_PROTOCOL'],
    ['an order without its URL', { status: 201, body: { status: 'pending' } }, 'CA_PROTOCOL'],
    ['a list', { status: 201, headers: { location: '/order/1' }, body: [] }, 'CA_PROTOCOL'],
    ['a body that is cut short', { status: 201, body: '{"status":"pend', cutShort: true }, 'CA_PROTOCOL'],
    ['half of a JSON text', { status: 201, body: '{"status":"pend' }, 'CA_PROTOCOL'],
    ['a redirect', { status: 307, headers: { location: '/elsewhere' } }, 'CA_PROTOCOL'],
    ['a success of another kind', { status: 204, body: '' }, 'CA_PROTOCOL'],
    ['an enormous body', { status: 201, body: 'x'.repeat(1_100_000) }, 'CA_PROTOCOL'],
    ['a gateway that is down', { status: 502, body: '<html>bad gateway</html>' }, 'CA_UNREACHABLE'],
  ])('%s', async (_, answer, code) => {
    server.answers.set('/new-order', answer);
    await expect(open()).rejects.toMatchObject({ code });
  });

  test.each<[string, Record<string, unknown>]>([
    ['an unknown status', { status: 'dreaming' }],
    ['no identifiers', { identifiers: undefined }],
    ['identifiers without values', { identifiers: [{}] }],
    ['authorizations that are no URLs', { authorizations: [7] }],
  ])('an order with %s', async (_, change) => {
    const good = order();
    server.answers.set('/new-order', { ...good, body: { ...(good.body as object), ...change } });
    await expect(open()).rejects.toMatchObject({ code: 'CA_PROTOCOL' });
  });

  test('a directory that is none', async () => {
    server.answers.set('/directory', { body: { hello: 'world' } });
    await expect(open()).rejects.toMatchObject({ code: 'CA_PROTOCOL' });
  });

  test('silence, for longer than the time limit', async () => {
    server.answers.set('/new-order', { hangs: true });
    await expect(open(newCa(150))).rejects.toMatchObject({
      code: 'CA_UNREACHABLE',
      message: expect.stringContaining('did not answer within 150 ms'),
    });
  });

  test('nobody there', async () => {
    const ca = newCa();
    const session = ca.session({ ...connection(), directoryUrl: 'https://localhost:1/directory' });
    await expect(session.orders.read('https://localhost:1/order/1')).rejects.toMatchObject({ code: 'CA_UNREACHABLE' });
    expect(requests).toEqual([{ method: 'GET', resource: 'directory' }]);
  });
});

describe('trust', () => {
  test('a server of an unknown root is not trusted', async () => {
    const { caBundlePem: _, ...unknowing } = connection();
    const session = newCa().session(unknowing);
    await expect(session.orders.open({ dnsNames: ['a.example.org'] })).rejects.toMatchObject({ code: 'CA_UNTRUSTED' });
  });

  test('unless verification is skipped', async () => {
    server.answers.set('/new-order', order());
    const { caBundlePem: _, ...unknowing } = connection();
    const session = newCa().session({ ...unknowing, skipTlsVerify: true });
    expect((await session.orders.open({ dnsNames: ['a.example.org'] })).status).toBe('pending');
  });

  test.each([
    ['for another name', { name: 'elsewhere.example' }],
    ['that has expired', { notAfter: new Date(Date.now() - 3_600_000) }],
  ])('a certificate %s is not trusted', async (_, options) => {
    const other = await startScriptedServer(options);
    try {
      const asked = open(newCa(), { directoryUrl: other.directoryUrl, caBundlePem: other.rootPem });
      await expect(asked).rejects.toMatchObject({ code: 'CA_UNTRUSTED' });
    } finally {
      await other.stop();
    }
  });
});

describe('account keys', () => {
  test.each([['no key'], ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n']])(
    'what is no key is said to be unfit, and not repeated: %j',
    async (pem) => {
      const asked = open(newCa(), { accountKey: new Sealed(pem) });
      await expect(asked).rejects.toMatchObject({
        code: 'ACCOUNT_KEY_UNFIT',
        message: expect.not.stringContaining('AAAA'),
      });
    },
  );
});
