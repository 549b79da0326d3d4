// What passes through the gateway, and the faults that strike it.
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { GetChangeCommand } from '@aws-sdk/client-route-53';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batch, emulator, gatewayStage, type Stage, txt } from '#test/support/gateway-stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await gatewayStage();
});
afterEach(() => stage.stop());

describe('what passes', () => {
  it('sends method, path, query, host, headers and a chunked body on, and the answer back', async () => {
    stage.answerWith = (request, response, body) =>
      void response.writeHead(201, { 'x-seen': request.headers['x-own'] as string, 'x-length': body.length }).end(body);
    const outgoing = httpRequest(`${stage.gateway.endpoint}/b/k%20ey?partNumber=1&x`, {
      method: 'PUT',
      headers: { host: 'b.s3.example', 'x-own': 'own', expect: '100-continue', 'transfer-encoding': 'chunked' },
    });
    outgoing.flushHeaders();
    await once(outgoing, 'continue');
    const sent = Buffer.alloc(8 << 20, 'z');
    outgoing.end(sent);
    const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect((await buffer(reply)).equals(sent)).toBe(true);
    expect([reply.statusCode, reply.headers['x-seen'], reply.headers['x-length']]).toEqual([
      201,
      'own',
      String(8 << 20),
    ]);
    expect(stage.arrived).toMatchObject([{ method: 'PUT', url: '/b/k%20ey?partNumber=1&x', host: 'b.s3.example' }]);
  });

  it('shows an error of the emulator as it is and records its code', async () => {
    stage.answerWith = (_, response) =>
      void response
        .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
        .end('{"__type":"ResourceNotFoundException","message":"no"}');
    await expect(stage.secrets().send(new GetSecretValueCommand({ SecretId: 's' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(stage.gateway.calls()).toMatchObject([{ status: 400, errorCode: 'ResourceNotFoundException' }]);
  });

  it('carries a caller that leaves on to the emulator', async () => {
    const gone = new Promise<void>((resolve) => {
      stage.answerWith = (request, response) => {
        response.on('close', resolve);
        response.write('never');
        request.resume();
      };
    });
    const caller = new AbortController();
    const reply = await fetch(`${stage.gateway.endpoint}/x`, { signal: caller.signal });
    expect(reply.status).toBe(200);
    caller.abort();
    await gone;
    await expect.poll(() => stage.gateway.calls()).toMatchObject([{ status: 0 }]);
  });

  it('breaks the connection while the emulator is away, and works again when it is back', async () => {
    const { port } = stage.stub.address() as { port: number };
    stage.stub.closeAllConnections();
    await new Promise((done) => stage.stub.close(done));
    await expect(fetch(`${stage.gateway.endpoint}/x`)).rejects.toThrow('fetch failed');
    expect(stage.gateway.calls()).toMatchObject([{ status: 0, errorCode: 'ECONNREFUSED' }]);
    stage.stub.listen(port, '127.0.0.1');
    await once(stage.stub, 'listening');
    expect((await fetch(`${stage.gateway.endpoint}/x`)).status).toBe(404);
  });
});

describe('planned faults', () => {
  const put = new PutSecretValueCommand({ SecretId: 's', SecretString: 'v', ClientRequestToken: '1'.repeat(32) });
  beforeEach(() => {
    stage.answerWith = (request, response) =>
      request.headers['x-amz-target']
        ? void response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{}')
        : emulator(request, response);
  });

  it('strikes as often as told, only the calls that match', async () => {
    stage.gateway.settings.faults = [
      { match: { action: 'secretsmanager:PutSecretValue', appId: 'evercert-advance' }, times: 2, kind: 'throttle' },
    ];
    await stage.secrets().send(new GetSecretValueCommand({ SecretId: 's' }));
    await expect(stage.secrets().send(put)).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
    });
    await expect(stage.secrets().send(put)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await stage.secrets().send(put);
    expect(stage.gateway.settings.faults).toEqual([]);
    expect(stage.arrived).toHaveLength(2);
  });

  it.each([
    ['throttle' as const, { name: 'Throttling', $metadata: { httpStatusCode: 400 } }],
    ['prior-request' as const, { name: 'PriorRequestNotComplete', $metadata: { httpStatusCode: 400 } }],
    ['error500' as const, { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }],
    ['reset' as const, { code: 'ECONNRESET' }],
  ])('shows Route53 errors as Route53 does: %s', async (kind, error) => {
    stage.gateway.settings.faults = [{ match: { service: 'route53' }, times: 1, kind }];
    await expect(stage.route53().send(batch([['UPSERT', txt('a.example.com', '"v"')]]))).rejects.toMatchObject(error);
    expect(stage.inDns('a.example.com')).toEqual([]);
    expect(stage.arrived).toEqual([]);
  });

  it('applies a change whose answer is lost', async () => {
    stage.gateway.settings.faults = [
      { match: { action: 'route53:ChangeResourceRecordSets' }, times: 1, kind: 'lost-answer' },
    ];
    await expect(stage.route53().send(batch([['CREATE', txt('a.example.com', '"v"')]]))).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect(stage.inDns('a.example.com')).toEqual(['v']);
    stage.gateway.settings.faults = [{ match: { service: 'secretsmanager' }, times: 1, kind: 'lost-answer' }];
    await stage.secrets(2).send(put);
    expect(stage.arrived.filter(({ url }) => url === '/')).toHaveLength(2);
    expect(stage.gateway.calls().at(-2)).toMatchObject({ status: 0, errorCode: 'lost-answer' });
  });

  it('strikes only each so-manieth call that matches, where told', async () => {
    stage.gateway.settings.faults = [{ match: { service: 'secretsmanager' }, times: 2, kind: 'throttle', every: 3 }];
    const results = await [1, 2, 3, 4, 5, 6, 7].reduce<Promise<string[]>>(async (before, _) => {
      const names = await before;
      const name = await stage
        .secrets()
        .send(put)
        .then(
          () => 'passed',
          (error: Error) => error.name,
        );
      return [...names, name];
    }, Promise.resolve([]));
    const struck = 'ThrottlingException';
    expect(results).toEqual(['passed', 'passed', struck, 'passed', 'passed', struck, 'passed']);
  });

  it('applies a change and says nothing, until the caller leaves', async () => {
    stage.gateway.settings.faults = [
      { match: { action: 'route53:ChangeResourceRecordSets' }, times: 1, kind: 'silence' },
    ];
    const caller = new AbortController();
    const call = stage.route53().send(batch([['CREATE', txt('a.example.com', '"v"')]]), { abortSignal: caller.signal });
    await expect.poll(() => stage.inDns('a.example.com')).toEqual(['v']);
    caller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => stage.gateway.calls()).toMatchObject([{ status: 0, errorCode: 'caller left' }]);
  });

  it('hangs until the caller leaves', async () => {
    stage.gateway.settings.faults = [{ match: {}, times: 1, kind: 'hang' }];
    const caller = new AbortController();
    const call = fetch(`${stage.gateway.endpoint}/x`, { signal: caller.signal });
    await expect.poll(() => stage.gateway.settings.faults).toEqual([]);
    caller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => stage.gateway.calls()).toMatchObject([{ status: 0, errorCode: 'caller left' }]);
    expect(stage.arrived).toEqual([]);
  });

  it('throttles Route53 beyond its burst, and only Route53', async () => {
    stage.gateway.settings.route53CallsPerSecond = 0.001;
    stage.gateway.settings.route53Burst = 2;
    const client = stage.route53();
    const results = await Promise.allSettled([1, 2, 3].map(() => client.send(new GetChangeCommand({ Id: 'C1' }))));
    expect(results.map((result) => (result.status === 'rejected' ? result.reason.name : ''))).toContain('Throttling');
    expect(stage.gateway.calls().filter(({ errorCode }) => errorCode === 'Throttling')).toHaveLength(1);
    await stage.secrets().send(put);
  });
});
