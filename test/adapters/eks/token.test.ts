// The token that EKS knows an IAM role by. The signatures were computed once with @smithy/signature-v4, which AWS's own SDK
// signs with, over the same request.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { eksToken, tokenSource } from '#adapters/eks/token.ts';
import type { Sealed } from '#core/sealed.ts';

/** AWS's own example keys. */
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const SESSION = { ...KEYS, sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE//token+with/signs==' };
const NOW = new Date('2026-11-25T12:00:00.000Z');

const urlIn = (token: Sealed<string>): URL => {
  const [prefix, encoded = ''] = token.open().split('.');
  expect(prefix).toBe('k8s-aws-v1');
  expect(encoded).toMatch(/^[A-Za-z0-9_-]+$/);
  return new URL(Buffer.from(encoded, 'base64url').toString('utf8'));
};

describe('a token', () => {
  it("is a presigned GetCallerIdentity of the Region's STS with the cluster's name and the session signed in", () => {
    const url = urlIn(eksToken({ eksName: 'blue-cluster', region: 'eu-central-1', credentials: SESSION, now: NOW }));
    expect(url.origin).toBe('https://sts.eu-central-1.amazonaws.com');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20261125/eu-central-1/sts/aws4_request',
      'X-Amz-Date': '20261125T120000Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Security-Token': 'IQoJb3JpZ2luX2VjEXAMPLE//token+with/signs==',
      'X-Amz-Signature': 'fd54550ca64d95ee1a90bdb6f1dee10ddd3052155ce8aaf0c8d5c5a7d3e7f8ee',
    });
  });

  it('goes to the host of its partition in China, and has no session where there is none', () => {
    const url = urlIn(eksToken({ eksName: 'blue-cluster', region: 'cn-north-1', credentials: KEYS, now: NOW }));
    expect(url.origin).toBe('https://sts.cn-north-1.amazonaws.com.cn');
    expect(url.searchParams.get('X-Amz-Security-Token')).toBeNull();
    expect(url.searchParams.get('X-Amz-Signature')).toBe(
      'ec019df28b3b0dfb31dad38f02b91478b2f691b1d9fa16cde0cbb2871e6c1ce6',
    );
  });

  it('is not printed', () => {
    const token = eksToken({ eksName: 'blue-cluster', region: 'eu-central-1', credentials: SESSION, now: NOW });
    expect(inspect({ token })).toBe('{ token: [sealed] }');
    expect(`${token} ${JSON.stringify({ token })}`).toBe('[sealed] {"token":"[sealed]"}');
  });
});

describe('the source of tokens', () => {
  const stage = () => {
    const asked: unknown[] = [];
    let now = NOW;
    const tokens = tokenSource({
      eksName: 'blue-cluster',
      region: 'eu-central-1',
      credentials: async (options) => {
        asked.push(options);
        return KEYS;
      },
      clock: { now: () => now },
    });
    const pass = (ms: number): void => {
      now = new Date(now.getTime() + ms);
    };
    return { tokens, asked, pass };
  };

  it('keeps one for ten minutes, well below the fifteen that EKS takes it, and then makes another', async () => {
    const { tokens, asked, pass } = stage();
    const first = await tokens();
    pass(599_999);
    expect(await tokens()).toBe(first);
    pass(1);
    const second = await tokens();
    expect(urlIn(second).searchParams.get('X-Amz-Date')).toBe('20261125T121000Z');
    expect(asked).toEqual([{ forceRefresh: false }, { forceRefresh: false }]);
  });

  it('makes a fresh one of newly asked credentials where that is wanted, and keeps that', async () => {
    const { tokens, asked, pass } = stage();
    await tokens();
    pass(1_000);
    const fresh = await tokens({ fresh: true });
    expect(asked).toEqual([{ forceRefresh: false }, { forceRefresh: true }]);
    expect(await tokens()).toBe(fresh);
  });
});
