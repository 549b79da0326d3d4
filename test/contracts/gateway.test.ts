// The gateway before the real emulator, and what a client and a validating CA then see.
import { Resolver } from 'node:dns/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDns, startDns } from '#local/dns/server.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { createZones } from '#local/zones.ts';
import { batch, one, txt } from '#test/support/gateway-stage.ts';
import { type RealMinistack, startRealMinistack } from '#test/support/real-ministack.ts';

let emulator: RealMinistack;
let data: ZoneData;
let dns: LocalDns;
let gateway: Gateway;
let resolver: Resolver;

async function startFront(): Promise<void> {
  data = new ZoneData();
  dns = await startDns({ data });
  gateway = await startGateway({ upstream: emulator.endpoint, dns: data });
  resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers([`127.0.0.1:${dns.port}`]);
}

beforeAll(async () => {
  emulator = await startRealMinistack({ name: 'gateway', persist: true });
  await startFront();
}, 300_000);
afterAll(async () => {
  await gateway.stop();
  await dns.stop();
  await emulator.stop();
});

const config = (accessKeyId = 'test') => ({
  endpoint: gateway.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId, secretAccessKey: 'test' },
  maxAttempts: 1,
});
const txtInDns = async (name: string): Promise<string[]> =>
  (await resolver.resolveTxt(name)).map((strings) => strings.join('')).sort();

describe('the gateway before ministack', () => {
  it('makes each zone once and shows it in DNS', async () => {
    const client = new Route53Client(config());
    const zones = await createZones({ client, names: ['Example.com.', 'b.test', 'example.com'] });
    expect([...zones.keys()]).toEqual(['example.com', 'b.test']);
    expect(await createZones({ client, names: ['example.com'] })).toEqual(
      new Map([['example.com', zones.get('example.com')]]),
    );
    expect(await resolver.resolveSoa('example.com')).toMatchObject({ nsname: 'ns-1.awsdns-1.com' });
  });

  it('shows multivalue values in DNS when GetChange says INSYNC, and takes them away one by one', async () => {
    const client = new Route53Client(config());
    const id = (await createZones({ client, names: ['example.com'] })).get('example.com');
    const name = '_acme-challenge.example.com';
    const { ChangeInfo } = await client.send(
      batch(
        [
          ['UPSERT', one(name, 'apex')],
          ['UPSERT', one(name, 'wildcard')],
        ],
        id,
      ),
    );
    expect((await client.send(new GetChangeCommand({ Id: ChangeInfo?.Id }))).ChangeInfo?.Status).toBe('INSYNC');
    expect(await txtInDns(name)).toEqual(['apex', 'wildcard']);
    await client.send(batch([['DELETE', one(name, 'apex')]], id));
    expect(await txtInDns(name)).toEqual(['wildcard']);
    await expect(client.send(batch([['CREATE', txt(name, '"plain"')]], id))).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
    });
  });

  it('drops a deleted zone from DNS', async () => {
    const client = new Route53Client(config());
    const id = (await createZones({ client, names: ['gone.test'] })).get('gone.test');
    await client.send(new DeleteHostedZoneCommand({ Id: id }));
    await expect(resolver.resolveSoa('gone.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('judges a zone of another account by that account', async () => {
    const other = new Route53Client(config('111122223333'));
    const id = (await createZones({ client: other, names: ['other.test'] })).get('other.test');
    await other.send(batch([['UPSERT', one('_acme-challenge.other.test', 'v')]], id));
    expect(await txtInDns('_acme-challenge.other.test')).toEqual(['v']);
    await expect(
      new Route53Client(config()).send(new ListResourceRecordSetsCommand({ HostedZoneId: id })),
    ).rejects.toMatchObject({ name: 'NoSuchHostedZone' });
  });

  it('never shows a private zone', async () => {
    const client = new Route53Client(config());
    const { HostedZone } = await client.send(
      new CreateHostedZoneCommand({
        Name: 'inside.test',
        CallerReference: 'inside',
        VPC: { VPCId: 'vpc-1', VPCRegion: 'us-east-1' },
      }),
    );
    await client.send(batch([['UPSERT', txt('a.inside.test', '"v"')]], HostedZone?.Id?.replace('/hostedzone/', '')));
    await expect(resolver.resolveTxt('a.inside.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('passes Secrets Manager, DynamoDB and large S3 objects', async () => {
    const secrets = new SecretsManagerClient(config());
    await secrets.send(new CreateSecretCommand({ Name: 'evercert/a/b', SecretString: 'value' }));
    expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'evercert/a/b' }))).SecretString).toBe('value');
    expect((await new DynamoDBClient(config()).send(new ListTablesCommand({}))).TableNames).toEqual([]);
    const authorization =
      'AWS4-HMAC-SHA256 Credential=test/20261125/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
    const large = Buffer.alloc(20 << 20, 'x');
    const s3 = (path: string, init: RequestInit = {}) =>
      fetch(`${gateway.endpoint}/assets${path}`, { ...init, headers: { authorization } });
    expect((await s3('', { method: 'PUT' })).status).toBe(200);
    expect((await s3('/large.bin', { method: 'PUT', body: large })).status).toBe(200);
    expect(Buffer.from(await (await s3('/large.bin')).arrayBuffer()).equals(large)).toBe(true);
    expect(gateway.counts().actions).toMatchObject({ 's3:CreateBucket': 1, 's3:PutObject': 1, 's3:GetObject': 1 });
    expect(JSON.stringify(gateway.calls())).not.toContain('"value"');
  });

  it('knows every record set again after emulator and gateway were started anew', async () => {
    const before = new Route53Client(config());
    const id = (await createZones({ client: before, names: ['kept.test'] })).get('kept.test');
    const names = Array.from({ length: 650 }, (_, index) => `n${index}.kept.test`);
    await before.send(
      batch(
        names.map((name) => ['CREATE', one(name, 'v')]),
        id,
      ),
    );
    await gateway.stop();
    await dns.stop();
    await emulator.restart();
    await startFront();
    await gateway.reload();
    expect(await Promise.all([names[0], names[301], names[649]].map((name) => txtInDns(name ?? '')))).toEqual([
      ['v'],
      ['v'],
      ['v'],
    ]);
    const client = new Route53Client(config());
    await expect(client.send(batch([['CREATE', one('n649.kept.test', 'v')]], id))).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
    });
    await client.send(batch([['DELETE', one('n649.kept.test', 'v')]], id));
    await expect(resolver.resolveTxt('n649.kept.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
