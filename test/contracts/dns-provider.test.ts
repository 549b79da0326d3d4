// Runs the contract of the DNS provider on the model in memory, on moto, on ministack, and on ministack behind the local
// cloud's gateway, which is as strict as AWS.
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { route53Dns } from '#adapters/route53/dns-provider.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import { startGateway } from '#local/gateway/gateway.ts';
import { type Emulator, emulatorCredentials, startMinistack, startMoto } from '#test/support/emulators.ts';
import { Route53Model } from '#test/support/route53-model.ts';
import type { DnsUnderTest } from './dns-provider/setup.ts';
import { describeDnsProvider } from './dns-provider.ts';

const providerOn = (client: Route53Client, zones: readonly { id: string; name?: string }[] = []) =>
  route53Dns({
    clientFor: async () => client,
    clock: { now: () => new Date('2026-11-25T00:00:00Z') },
    timer: { sleep: async () => undefined },
    random: () => 0.5,
    zones,
    validationZones: [],
  });

const unquoted = (value: string): string => value.replace(/^"|"$/g, '');

const onServer = async (server: Emulator, differences: DnsUnderTest['differences']): Promise<DnsUnderTest> => {
  const client = new Route53Client({ endpoint: server.url, ...emulatorCredentials });
  return {
    open: (zones) => providerOn(client, zones),
    byHand: {
      async addZone({ name, isPrivate = false }) {
        const made = await client.send(
          new CreateHostedZoneCommand({
            Name: name,
            CallerReference: name,
            ...(isPrivate
              ? { HostedZoneConfig: { PrivateZone: true }, VPC: { VPCRegion: 'us-east-1', VPCId: 'vpc-1' } }
              : {}),
          }),
        );
        return (made.HostedZone?.Id ?? '').replace('/hostedzone/', '');
      },
      async addPlainTxt({ zoneId, name, value }) {
        const set = { Name: name, Type: 'TXT' as const, TTL: 300, ResourceRecords: [{ Value: `"${value}"` }] };
        const ChangeBatch = { Changes: [{ Action: 'CREATE' as const, ResourceRecordSet: set }] };
        await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch }));
      },
      async values({ zoneId, name }) {
        const start = { HostedZoneId: zoneId, StartRecordName: name, StartRecordType: 'TXT' as const };
        const { ResourceRecordSets = [] } = await client.send(new ListResourceRecordSetsCommand(start));
        return ResourceRecordSets.filter((set) => set.Type === 'TXT' && set.Name === `${name}.`)
          .flatMap((set) => (set.ResourceRecords ?? []).map(({ Value = '' }) => unquoted(Value)))
          .sort();
      },
    },
    differences,
    async close() {
      client.destroy();
      await server.stop();
    },
  };
};

const AS_AWS = { acceptsBesidePlainTxt: false, acceptsForeignNames: false, refusesUnknownDeletes: false };

describeDnsProvider('the model in memory', async () => {
  const model = new Route53Model({ clock: { now: () => new Date('2026-11-25T00:00:00Z') } });
  return {
    open: (zones) => providerOn(model.client, zones),
    byHand: {
      async addZone(zone) {
        const id = `Z${String(model.zones.size + 1).padStart(12, '0')}`;
        model.addZone({ id, ...zone });
        return id;
      },
      async addPlainTxt({ zoneId, name, value }) {
        model.plant(zoneId, { name, type: 'TXT', ttl: 300, values: [`"${value}"`] });
      },
      async values({ zoneId, name }) {
        const sets = [...(model.zones.get(zoneId)?.sets.values() ?? [])];
        return sets
          .filter((set) => set.name === name)
          .flatMap((set) => set.values.map(unquoted))
          .sort();
      },
    },
    differences: AS_AWS,
    close: async () => undefined,
  };
});

describeDnsProvider('moto', async () =>
  onServer(await startMoto(), { acceptsBesidePlainTxt: true, acceptsForeignNames: false, refusesUnknownDeletes: true }),
);

describeDnsProvider('ministack', async () =>
  onServer(await startMinistack(), { ...AS_AWS, acceptsBesidePlainTxt: true, acceptsForeignNames: true }),
);

describeDnsProvider('ministack behind the gateway', async () => {
  const ministack = await startMinistack();
  const gateway = await startGateway({ upstream: ministack.url, dns: new ZoneData() });
  const stop = async () => {
    await gateway.stop();
    await ministack.stop();
  };
  return onServer({ url: gateway.endpoint, stop }, AS_AWS);
});
