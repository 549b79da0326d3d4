// The door of a cluster's queue: settings that it cannot work with are said at its start, and each message gets its answer.
// The functions' parts are told of elsewhere; here nothing is reached.
import type { Context } from 'aws-lambda';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { composeSync } from '#adapters/compose/sync.ts';
import { structuredLog } from '#adapters/structured-log.ts';
import { runtimeSettings } from '#core/settings.ts';
import { makeAuthority } from '#test/support/signing.ts';

let certificateAuthorityData: string;
beforeAll(async () => {
  const { certificate } = await makeAuthority('kubernetes');
  certificateAuthorityData = Buffer.from(certificate.toString('pem')).toString('base64');
});
afterEach(() => vi.unstubAllEnvs());

const NAMES = { tableName: 't', eventBusName: 'b' };
const log = structuredLog({ functionName: 'sync' });

describe('the sync function', () => {
  it.each([
    ['without its cluster', {}, 'the setting `cluster` is missing'],
    [
      'without an endpoint',
      { cluster: { name: 'blue' } },
      'setting of the cluster blue: endpoint is missing; aws eks describe-cluster tells it',
    ],
    [
      'with an endpoint that is none',
      { cluster: { name: 'blue', endpoint: 'blue', certificateAuthorityData: 'x' } },
      'setting of the cluster blue: endpoint is no https URL: blue; aws eks describe-cluster tells it',
    ],
  ])('does not start %s', (_how, given, message) => {
    const settings = runtimeSettings.parse({ ...NAMES, ...given });
    expect(() => composeSync({ settings, log })).toThrow(expect.objectContaining({ code: 'INTERNAL', message }));
  });

  it('sends what it cannot read back, says which messages, and counts what it has done', async () => {
    const cluster = { name: 'blue', endpoint: 'https://blue', certificateAuthorityData };
    vi.stubEnv('EVERCERT_SETTINGS', JSON.stringify({ ...NAMES, cluster }));
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    const { handler } = await import('../../lambdas/sync.ts');
    const lines: string[] = [];
    const keep = (text: unknown) => lines.push(String(text)) > 0;
    const spies = [
      vi.spyOn(process.stdout, 'write').mockImplementation(keep),
      vi.spyOn(process.stderr, 'write').mockImplementation(keep),
      vi.spyOn(console, 'log').mockImplementation(keep),
    ];
    const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
    const answer = await handler({ Records: [{ messageId: 'm1', body: 'no event' }] }, context);
    for (const spy of spies) spy.mockRestore();
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(said).toMatchObject([
      { level: 'ERROR', message: 'messages that are no events of ours', messageIds: ['m1'] },
      { level: 'INFO', message: 'sync completed', cluster: 'blue', delivered: 0, lagging: 0, unfinished: [] },
      { Service: 'evercert', Cluster: 'blue', Delivered: 0, NotDelivered: 0 },
    ]);
    expect(lines.join('')).not.toContain('no event"');
  });
});
