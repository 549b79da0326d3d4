// What passes before the CA, and each fault that can strike it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acmeProxyStage, type ProxyStage, signed } from '#test/support/acme-proxy-stage.ts';

let stage: ProxyStage;
beforeEach(async () => {
  stage = await acmeProxyStage();
});
afterEach(() => stage.stop());

const at = (path: string): string => new URL(path, stage.proxy.directoryUrl).href;
const order = { identifiers: [{ type: 'dns', value: 'WWW.example.com' }], replaces: 'aki.serial' };

/** Opens an order at the CA, which says where its parts lie. */
const openOrder = async (): Promise<void> => {
  stage.answerWith = (_request, response) =>
    void response
      .writeHead(201, { location: at('/my-order/1') })
      .end(JSON.stringify({ authorizations: [at('/authZ/1')], finalize: at('/finalize-order/1') }));
  await stage.ask('/order-plz', signed(order));
};

describe('what passes', () => {
  it("keeps the client's Host header, so that the CA's URLs lead through the proxy", async () => {
    await stage.ask('/dir');
    expect(stage.arrived).toEqual([{ path: '/dir', host: new URL(stage.proxy.directoryUrl).host, body: '' }]);
  });

  it('keeps bodies, the status and the headers', async () => {
    stage.answerWith = (_request, response) =>
      void response.writeHead(201, { 'replay-nonce': 'n1', 'retry-after': '3' }).end('{"status":"pending"}');
    const { status, headers, body } = await stage.ask('/order-plz', signed(order));
    expect([status, headers['replay-nonce'], headers['retry-after'], body]).toEqual([
      201,
      'n1',
      '3',
      '{"status":"pending"}',
    ]);
    expect(stage.arrived[0]?.body).toBe(signed(order));
  });

  it('is recorded with its names and what it replaces, and with nothing that is signed', async () => {
    await openOrder();
    const [record] = stage.proxy.records();
    expect(record).toMatchObject({
      method: 'POST',
      kind: 'newOrder',
      path: '/order-plz',
      dnsNames: ['www.example.com'],
      replaces: 'aki.serial',
      status: 201,
      upstreamStatus: 201,
    });
    expect(JSON.stringify(record)).not.toContain('c2ln');
  });

  it('is known to be of an order: its authorization, its challenge, its request, its certificate', async () => {
    await openOrder();
    stage.answerWith = (_request, response) =>
      void response.writeHead(200).end(JSON.stringify({ challenges: [{ url: at('/chalZ/1') }] }));
    await stage.ask('/authZ/1', signed({}));
    stage.answerWith = (_request, response) =>
      void response.writeHead(200).end(JSON.stringify({ certificate: at('/certZ/1') }));
    await stage.ask('/my-order/1', signed({}));
    for (const path of ['/chalZ/1', '/finalize-order/1', '/certZ/1']) await stage.ask(path, signed({}));
    expect(stage.proxy.records().map(({ kind, dnsNames }) => [kind, ...dnsNames])).toEqual([
      ['newOrder', 'www.example.com'],
      ['authorization', 'www.example.com'],
      ['order', 'www.example.com'],
      ['challenge', 'www.example.com'],
      ['finalize', 'www.example.com'],
      ['certificate', 'www.example.com'],
    ]);
  });

  it('breaks off where the CA does not answer', async () => {
    stage.answerWith = (request) => request.socket.destroy();
    await expect(stage.ask('/dir')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(stage.proxy.records()[0]).not.toHaveProperty('status');
  });
});

describe('a fault', () => {
  it('answers in place of the CA, with a Retry-After in seconds', async () => {
    const retryAfter = { seconds: 122_400, as: 'seconds' } as const;
    stage.proxy.add({ match: { kind: 'newOrder' }, fault: { kind: 'answer', status: 429, retryAfter, body: '{}' } });
    const { status, headers } = await stage.ask('/order-plz', signed(order));
    expect([status, headers['retry-after'], headers['content-type']]).toEqual([
      429,
      '122400',
      'application/problem+json',
    ]);
    expect(stage.arrived).toEqual([]);
    expect(stage.proxy.records()).toMatchObject([{ status: 429, fault: 'answer' }]);
    expect(stage.proxy.records()[0]).not.toHaveProperty('upstreamStatus');
  });

  it('breaks the connection before the CA hears of it', async () => {
    stage.proxy.add({ match: {}, fault: { kind: 'reset', effect: 'before' } });
    await expect(stage.ask('/dir')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(stage.arrived).toEqual([]);
  });

  it('breaks the connection after the CA has done its work', async () => {
    stage.proxy.add({ match: {}, fault: { kind: 'reset', effect: 'after' } });
    await expect(stage.ask('/order-plz', signed(order))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(stage.arrived).toHaveLength(1);
    expect(stage.proxy.records()).toMatchObject([{ upstreamStatus: 200, fault: 'reset' }]);
    expect(stage.proxy.records()[0]).not.toHaveProperty('status');
  });

  it('never answers', async () => {
    stage.proxy.add({ match: {}, fault: { kind: 'hang' } });
    const asked = stage.ask('/dir');
    const ended = expect(asked).rejects.toMatchObject({ code: 'ECONNRESET' });
    await vi.waitFor(() => expect(stage.proxy.records()).toMatchObject([{ fault: 'hang' }]));
    await stage.proxy.stop();
    await ended;
    expect(stage.arrived).toEqual([]);
  });

  it("changes the CA's answer: its Retry-After, its body", async () => {
    const retryAfter = { seconds: 86_400, as: 'seconds' } as const;
    const body = (text: string) => `${text} and more`;
    stage.proxy.add({ match: {}, fault: { kind: 'alter', retryAfter, body } });
    const answer = await stage.ask('/authZ/1', signed({}));
    expect([answer.status, answer.headers['retry-after'], answer.body]).toEqual([200, '86400', '{} and more']);
  });

  it('breaks off in the middle of the answer', async () => {
    stage.proxy.add({ match: {}, fault: { kind: 'truncate' } });
    await expect(stage.ask('/dir')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(stage.proxy.records()).toMatchObject([{ upstreamStatus: 200, fault: 'truncate' }]);
  });

  it('that was lifted strikes no more', async () => {
    const lift = stage.proxy.add({ match: {}, fault: { kind: 'answer', status: 503, body: '' } });
    expect((await stage.ask('/dir')).status).toBe(503);
    lift();
    expect((await stage.ask('/dir')).status).toBe(200);
  });
});
