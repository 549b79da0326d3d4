// Makes the public zones that a local run needs. It must never make a client or delete anything.
import { CreateHostedZoneCommand, paginateListHostedZones, type Route53Client } from '@aws-sdk/client-route-53';
import { normalName } from './dns/presentation.ts';

/**
 * Makes a public hosted zone for each name that has none yet. Names in any case, with or without the last dot.
 * Gives name (lower case, no last dot) -> zone id without `/hostedzone/`.
 */
export async function createZones(options: {
  client: Route53Client;
  names: readonly string[];
}): Promise<Map<string, string>> {
  const { client } = options;
  const zones = new Map<string, string>();
  for await (const page of paginateListHostedZones({ client }, {})) {
    for (const { Name, Id, Config } of page.HostedZones ?? []) {
      if (Name && Id && !Config?.PrivateZone && !zones.has(normalName(Name))) zones.set(normalName(Name), bareId(Id));
    }
  }
  const made = new Map<string, string>();
  for (const name of new Set(options.names.map(normalName))) {
    const known = zones.get(name);
    made.set(name, known ?? (await createZone(client, name)));
  }
  return made;
}

async function createZone(client: Route53Client, name: string): Promise<string> {
  // Route53 takes a reference once and for all: a zone that was made, deleted and is made again needs another one.
  const reference = `evercert-local-${name}-${Date.now()}`;
  const { HostedZone } = await client.send(new CreateHostedZoneCommand({ Name: name, CallerReference: reference }));
  return bareId(HostedZone?.Id ?? '');
}

const bareId = (id: string): string => id.replace('/hostedzone/', '');
