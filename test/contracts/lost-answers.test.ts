// Secrets Manager and Route53 when AWS throttles, breaks off, or applies a call and loses the answer: ministack behind
// the local cloud's gateway, which is told to do so.
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { route53Dns } from '#adapters/route53/dns-provider.ts';
import { certificateSecrets } from '#adapters/secrets-manager/certificate-secrets.ts';
import { referenceSecrets } from '#adapters/secrets-manager/reference-secrets.ts';
import { bundleLabel, keyLabel, versionToken } from '#core/names.ts';
import { Sealed } from '#core/sealed.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import type { FaultKind } from '#local/gateway/settings.ts';
import { emulatorCredentials, startMinistack } from '#test/support/emulators.ts';

let gateway: Gateway;
let secretsClient: SecretsManagerClient;
let route53Client: Route53Client;
let gaps: number[] = [];

beforeAll(async () => {
  const ministack = await startMinistack();
  gateway = await startGateway({ upstream: ministack.url, dns: new ZoneData() });
  const config = { endpoint: gateway.endpoint, ...emulatorCredentials };
  secretsClient = new SecretsManagerClient(config);
  // The SDK's own retries are left out here, so that ours are seen.
  route53Client = new Route53Client({ ...config, maxAttempts: 1 });
  return async () => {
    secretsClient.destroy();
    route53Client.destroy();
    await gateway.stop();
    await ministack.stop();
  };
}, 240_000);

afterEach(() => {
  const unspent = gateway.settings.faults;
  gateway.settings.faults = [];
  gaps = [];
  expect(unspent).toEqual([]);
});

const strike = (kind: FaultKind, action: string, times = 1): void => {
  const service = action === 'ChangeResourceRecordSets' ? 'route53' : 'secretsmanager';
  gateway.settings.faults.push({ match: { action: `${service}:${action}` }, kind, times });
};

const sealed = (text: string): Sealed<string> => new Sealed(text);

describe('a whole issuance in Secrets Manager', () => {
  it.each(['throttle', 'error500', 'reset', 'lost-answer'] as const)(
    'ends the same when each kind of call meets "%s" once',
    async (kind) => {
      const request = { name: `evercert/web/${kind}`, certificate: `web/${kind}`, uid: 'u1' };
      const { name } = request;
      const secrets = certificateSecrets({ client: secretsClient });
      const [keyToken, token] = [versionToken(kind, 1, 'key'), versionToken(kind, 1, 'bundle')];
      for (const action of ['DescribeSecret', 'CreateSecret', 'PutSecretValue', 'GetSecretValue']) strike(kind, action);
      const { currentVersionId } = await secrets.open(request);
      await secrets.put({ name, token: keyToken, label: keyLabel(1), value: sealed('the key') });
      await secrets.put({ name, token, label: bundleLabel(1), value: sealed('the bundle') });
      expect((await secrets.read({ name, versionId: token }))?.open()).toBe('the bundle');
      strike(kind, 'UpdateSecretVersionStage');
      await secrets.promote({ name, versionId: token, fromVersionId: currentVersionId });
      strike(kind, 'UpdateSecretVersionStage');
      await secrets.drop({ name, labels: [{ label: keyLabel(1), versionId: keyToken }] });
      await secrets.drop({ name, labels: [{ label: bundleLabel(1), versionId: token }] });
      const { versions } = await secrets.open(request);
      expect(versions[token]).toEqual(['AWSCURRENT']);
      expect(versions[currentVersionId ?? '']).toEqual(['AWSPREVIOUS']);
      expect(versions[keyToken] ?? []).toEqual([]);
    },
  );

  it('gives one account key when the answer of its creation is lost', async () => {
    strike('lost-answer', 'CreateSecret');
    const references = referenceSecrets({ client: secretsClient });
    const name = 'evercert-refs/web/account';
    const made = await references.create({ name, property: 'tls.key', value: sealed('the key') });
    expect((await references.read({ name, property: 'tls.key' }))?.versionId).toBe(made.versionId);
  });

  it('is SECRET_UNAVAILABLE when Secrets Manager stays away', async () => {
    strike('error500', 'DescribeSecret', 3);
    const request = { name: 'evercert/web/away', certificate: 'web/away', uid: 'u1' };
    await expect(certificateSecrets({ client: secretsClient }).open(request)).rejects.toMatchObject({
      code: 'SECRET_UNAVAILABLE',
    });
  });
});

describe('a change in Route53', () => {
  const aZone = async (name: string) => {
    const made = await route53Client.send(new CreateHostedZoneCommand({ Name: name, CallerReference: name }));
    return { id: (made.HostedZone?.Id ?? '').replace('/hostedzone/', ''), name, access: {} };
  };
  const provider = () =>
    route53Dns({
      clientFor: async () => route53Client,
      clock: { now: () => new Date('2026-11-25T00:00:00Z') },
      timer: {
        sleep: async (ms) => {
          gaps.push(ms);
        },
      },
      random: () => 0.5,
      zones: [],
      validationZones: [],
    });
  const action = 'ChangeResourceRecordSets';

  it.each([
    { kind: 'throttle', why: 'the rate is too high' },
    { kind: 'prior-request', why: 'another change is under way in the zone' },
  ] as const)('is made again after a gap when $why', async ({ kind }) => {
    const zone = await aZone(`${kind}.test`);
    const records = [{ name: `_acme-challenge.${kind}.test`, value: 'v1' }];
    strike(kind, action, 2);
    expect(await provider().change({ zone, kind: 'upsert', records })).toMatch(/./);
    expect(gaps).toEqual([200, 400]);
  });

  it('may be repeated in both directions after its answer was lost', async () => {
    const zone = await aZone('lost.test');
    const records = [{ name: '_acme-challenge.lost.test', value: 'v1' }];
    for (const kind of ['upsert', 'delete'] as const) {
      strike('lost-answer', action);
      const change = provider().change({ zone, kind, records });
      await expect(change).rejects.toMatchObject({ code: 'DNS_UNAVAILABLE' });
      const again = await provider().change({ zone, kind, records });
      expect(again === undefined).toBe(kind === 'delete');
    }
  });
});
