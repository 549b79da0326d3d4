// Requests to an API server: whom they trust, what they bound, what each answer means, and that a token goes nowhere else.
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AskOptions, askCluster, type KubernetesRequest } from '#adapters/eks/request.ts';
import { structuredLog } from '#adapters/structured-log.ts';
import { Sealed } from '#core/sealed.ts';
import {
  json,
  type ScriptedApiServer,
  startScriptedApiServer,
  status,
} from '#test/support/cluster/scripted-api-server.ts';

const GET: KubernetesRequest = { method: 'GET', path: '/api/v1/x', action: 'get externalsecrets' };

let server: ScriptedApiServer;
beforeEach(async () => {
  server = await startScriptedApiServer();
});
afterEach(() => server.stop());

/** Tokens `token-1`, `token-2`, ...: a fresh one is the next. */
const asking = (given: Partial<{ endpoint: string; caPem: string }> & AskOptions = {}) => {
  const { endpoint = server.endpoint, caPem = server.caPem, ...options } = given;
  let made = 1;
  return askCluster(
    { name: 'blue', endpoint, caPem },
    async ({ fresh = false } = {}) => {
      if (fresh) made++;
      return new Sealed(`k8s-aws-v1.token-${made}`);
    },
    options,
  );
};

const refused = (code: string, message: string) => ({ code, message, detail: { action: 'get externalsecrets' } });

describe('a request', () => {
  it('carries the token, and a patch its type', async () => {
    server.answer = json(200, { kind: 'ExternalSecret' });
    const patch = { metadata: { annotations: { a: 'b' } } };
    const asked: KubernetesRequest = {
      method: 'PATCH',
      path: '/apis/x',
      body: patch,
      type: 'application/merge-patch+json',
      action: 'patch externalsecrets',
    };
    expect(await asking()(asked)).toEqual({ kind: 'ExternalSecret' });
    expect(server.received).toMatchObject([
      {
        method: 'PATCH',
        path: '/apis/x',
        body: '{"metadata":{"annotations":{"a":"b"}}}',
        headers: {
          authorization: 'Bearer k8s-aws-v1.token-1',
          'content-type': 'application/merge-patch+json',
          accept: 'application/json',
          'user-agent': 'evercert',
        },
      },
    ]);
  });

  it('goes over one kept connection, and over a new one once that was ended by the other side', async () => {
    const ask = asking();
    await ask(GET);
    await ask(GET);
    const ports = () => server.received.map(({ port }) => port);
    expect(new Set(ports()).size).toBe(1);
    // Ended as the next request arrives on it: nobody can have known.
    server.answer = (response, { port }) => {
      if (port === ports()[0]) response.destroy();
      else json(200, { here: true })(response, server.received[0]!);
    };
    expect(await ask(GET)).toEqual({ here: true });
    expect(new Set(ports()).size).toBe(2);
  });

  it('finds nothing with 404', async () => {
    server.answer = status(404, 'externalsecrets "web" not found');
    expect(await asking()(GET)).toBeUndefined();
  });
});

describe('no answer', () => {
  it('of a server with another CA is CLUSTER_UNTRUSTED, and that server never sees the token', async () => {
    const other = await startScriptedApiServer();
    const ask = asking({ endpoint: other.endpoint });
    await expect(ask(GET)).rejects.toMatchObject({ code: 'CLUSTER_UNTRUSTED' });
    expect(other.received).toEqual([]);
    other.stop();
  });

  it('of a server with another name is CLUSTER_UNTRUSTED', async () => {
    const other = await startScriptedApiServer([{ type: 'dns', value: 'other.example.com' }]);
    const ask = asking({ endpoint: other.endpoint, caPem: other.caPem });
    await expect(ask(GET)).rejects.toMatchObject({ code: 'CLUSTER_UNTRUSTED' });
    expect(other.received).toEqual([]);
    other.stop();
  });

  it('where nobody listens is CLUSTER_UNREACHABLE', async () => {
    server.stop();
    await expect(asking()(GET)).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.stringMatching(/^cluster blue, get externalsecrets: connect ECONNREFUSED/),
    });
  });

  it.each([
    ['that hangs', () => undefined],
    ['that begins and then hangs', (response: ServerResponse) => void response.writeHead(200).write('{"kind":')],
  ])('in time, of a server %s, is CLUSTER_UNREACHABLE', async (_how, answer) => {
    server.answer = answer;
    await expect(asking({ timeoutMs: 50 })(GET)).rejects.toMatchObject(
      refused('CLUSTER_UNREACHABLE', 'cluster blue, get externalsecrets: no answer within 0.05 s'),
    );
  });

  it('that is whole is CLUSTER_UNREACHABLE', async () => {
    server.answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"kind":"Ext', () => response.destroy());
    };
    await expect(asking()(GET)).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  });

  it('that is JSON is CLUSTER_UNREACHABLE: something else stands there', async () => {
    server.answer = (response) => void response.end('<html>sign in</html>');
    await expect(asking()(GET)).rejects.toMatchObject(
      refused('CLUSTER_UNREACHABLE', 'cluster blue, get externalsecrets: the answer is no JSON'),
    );
  });

  it('below its bound is CLUSTER_UNREACHABLE', async () => {
    server.answer = json(200, { text: 'x'.repeat(2_000) });
    await expect(asking({ mostBytes: 1_000 })(GET)).rejects.toMatchObject(
      refused('CLUSTER_UNREACHABLE', 'cluster blue, get externalsecrets: the answer is too long'),
    );
  });
});

describe('a refusal', () => {
  const RBAC =
    'externalsecrets.external-secrets.io "web-tls" is forbidden: User "arn:aws:sts::111111111111:assumed-role/sync/s" cannot get resource "externalsecrets" in API group "external-secrets.io" in the namespace "shop"';
  it.each([
    [403, RBAC, 'CLUSTER_FORBIDDEN'],
    [422, 'ValidatingAdmissionPolicy denied the request', 'CLUSTER_REFUSED'],
    [409, 'the object has been modified', 'CLUSTER_REFUSED'],
    [429, 'too many requests', 'CLUSTER_UNREACHABLE'],
    [500, 'etcdserver: leader changed', 'CLUSTER_UNREACHABLE'],
    [503, 'apiserver not ready', 'CLUSTER_UNREACHABLE'],
  ])('with %d keeps the words of the server', async (code, message, expected) => {
    server.answer = status(code, message);
    await expect(asking()(GET)).rejects.toMatchObject(
      refused(expected, `cluster blue, get externalsecrets: ${code} ${message}`),
    );
    expect(server.received).toHaveLength(1);
  });

  it('never keeps more than words: the body of an error is not shown', async () => {
    server.answer = (response) => void response.writeHead(502).end('<html>tls.key: secret</html>');
    await expect(asking()(GET)).rejects.toMatchObject({ message: 'cluster blue, get externalsecrets: 502' });
  });

  it('with 401 is tried once more with a fresh token, and that one is used from then on', async () => {
    server.answer = (response, asked) =>
      asked.headers.authorization?.endsWith('token-2')
        ? json(200, { here: true })(response, asked)
        : status(401, 'Unauthorized')(response, asked);
    expect(await asking()(GET)).toEqual({ here: true });
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer k8s-aws-v1.token-1',
      'Bearer k8s-aws-v1.token-2',
    ]);
  });

  it('with 401 of the fresh one too is CLUSTER_UNAUTHORIZED, after two requests', async () => {
    server.answer = status(401, 'Unauthorized');
    await expect(asking()(GET)).rejects.toMatchObject(
      refused('CLUSTER_UNAUTHORIZED', 'cluster blue, get externalsecrets: 401 Unauthorized'),
    );
    expect(server.received).toHaveLength(2);
  });
});

describe('a token', () => {
  it('never goes to another host: a redirect is not followed', async () => {
    const other = await startScriptedApiServer();
    server.answer = (response) => void response.writeHead(302, { location: `${other.endpoint}/api/v1/x` }).end();
    await expect(asking()(GET)).rejects.toMatchObject({ code: 'CLUSTER_REFUSED' });
    expect(other.received).toEqual([]);
    other.stop();
  });

  it('never goes to a host that a path names', async () => {
    const other = await startScriptedApiServer();
    const path = `//${other.endpoint.slice('https://'.length)}/api`;
    await asking()({ ...GET, path });
    expect(server.received.map((asked) => asked.path)).toEqual([path]);
    expect(other.received).toEqual([]);
    other.stop();
  });

  it.each([
    ['a server that repeats it', (token: string) => status(400, `bad token ${token}`)],
    ['a server that takes it not', () => status(401, 'Unauthorized')],
    ['a server that hangs up', () => (response: ServerResponse) => void response.destroy()],
  ])('is in no error and no log line: %s', async (_how, answering) => {
    const token = 'k8s-aws-v1.c2VjcmV0LXNpZ25hdHVyZQ';
    server.answer = answering(token);
    const { endpoint, caPem } = server;
    const ask = askCluster({ name: 'blue', endpoint, caPem }, async () => new Sealed(token));
    const error: unknown = await ask(GET).catch((thrown: unknown) => thrown);
    const lines: string[] = [];
    const write = (text: unknown) => lines.push(String(text)) > 0;
    const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(write));
    structuredLog({ functionName: 'sync' }).error('sync failed', { error });
    for (const spy of spies) spy.mockRestore();
    expect(inspect(error, { depth: 9 })).not.toContain('c2VjcmV0');
    expect(lines.join('\n')).toContain('cluster blue, get externalsecrets');
    expect(lines.join('\n')).not.toContain('c2VjcmV0');
    expect((error as Error).message).toMatch(/^cluster blue, get externalsecrets: /);
  });
});
