// The last fence before CloudWatch: what looks like key material or a token is blanked wherever it stands.
import { afterEach, expect, it, vi } from 'vitest';
import { structuredLog } from '#adapters/structured-log.ts';
import { EvercertError } from '#core/errors.ts';

afterEach(() => vi.restoreAllMocks());

const logged = (fields: Readonly<Record<string, unknown>>): string => {
  const lines: string[] = [];
  const keep = (text: unknown) => lines.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  structuredLog({ functionName: 'sync' }).error('it failed', fields);
  return lines.join('');
};

const SIGNATURE = 'fd54550ca64d95ee1a90bdb6f1dee10ddd305215';
const url = `https://sts.eu-central-1.amazonaws.com/?X-Amz-Security-Token=IQoJb3JpZ2lu&X-Amz-Signature=${SIGNATURE}`;

it.each([
  ['a private key', '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----'],
  ['the rest of one that was cut off', '-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0'],
  ["a cluster's token", `k8s-aws-v1.${Buffer.from('c2VjcmV0').toString('base64url')}c2VjcmV0`],
  ['a presigned URL', url.replace(SIGNATURE, 'c2VjcmV0')],
])('blanks %s in a field, in an error and in its cause', (_what, secret) => {
  const said = [
    logged({ text: secret }),
    logged({ error: new Error(secret) }),
    logged({ error: new EvercertError('INTERNAL', `words ${secret}`, { cause: new Error(secret) }) }),
  ];
  for (const line of said) {
    expect(line).toContain('it failed');
    expect(line).toContain('[sealed]');
    expect(line).not.toContain('c2VjcmV0');
  }
});

it('blanks the private members of a JSON Web Key, as fields and inside a text', () => {
  const d = `c2VjcmV0${'A'.repeat(35)}`;
  const line = logged({ jwk: { kty: 'EC', crv: 'P-256', d }, text: JSON.stringify({ kty: 'EC', d }) });
  expect(line).not.toContain('c2VjcmV0');
  expect(JSON.parse(line)).toMatchObject({ jwk: { kty: 'EC', crv: 'P-256', d: '[sealed]' } });
});

it('leaves everything else as it is', () => {
  const error = new EvercertError('CLUSTER_FORBIDDEN', 'cluster blue, get secrets: 403', {
    detail: { action: 'get secrets' },
  });
  expect(JSON.parse(logged({ certificate: 'shop/web', error }))).toMatchObject({
    level: 'ERROR',
    function: 'sync',
    certificate: 'shop/web',
    error: {
      name: 'EvercertError',
      code: 'CLUSTER_FORBIDDEN',
      message: 'cluster blue, get secrets: 403',
      detail: { action: 'get secrets' },
    },
  });
});

it('says in every line what it is about, until it is about something else', () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const log = structuredLog({ functionName: 'advance' });
  log.about({ certificate: 'shop/web', attemptId: 'attempt-1' });
  log.info('one');
  log.info('two', { certificate: 'shop/api' });
  log.about({ certificate: 'shop/other' });
  log.info('three');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'one', function: 'advance', certificate: 'shop/web', attemptId: 'attempt-1' },
    { message: 'two', function: 'advance', certificate: 'shop/api', attemptId: 'attempt-1' },
    { message: 'three', function: 'advance', certificate: 'shop/other' },
  ]);
  expect(JSON.parse(lines[2]!)).not.toHaveProperty('attemptId');
});
