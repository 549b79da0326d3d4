// Records that others have in the same zones, and what stands in them at the end. It must never touch a challenge of ours.
import {
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Cloud } from '#local/cloud/options.ts';

export const plainTxt = (name: string, value: string): ResourceRecordSet => ({
  Name: name,
  Type: 'TXT',
  TTL: 60,
  ResourceRecords: [{ Value: JSON.stringify(value) }],
});

/** A value that stands beside others of the same name. */
export const multivalueTxt = (name: string, value: string): ResourceRecordSet => ({
  ...plainTxt(name, value),
  SetIdentifier: value,
  MultiValueAnswer: true,
});

export const cname = (name: string, target: string): ResourceRecordSet => ({
  Name: name,
  Type: 'CNAME',
  TTL: 60,
  ResourceRecords: [{ Value: target }],
});

/** One change batch through the gateway, so that the DNS shows it. */
export const changeRecords = async (
  cloud: Cloud,
  zone: string,
  action: ChangeAction,
  sets: readonly ResourceRecordSet[],
): Promise<void> => {
  const Changes = sets.map((ResourceRecordSet) => ({ Action: action, ResourceRecordSet }));
  const HostedZoneId = cloud.zones.get(zone);
  await cloud.clients.route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
};

const setsOf = async (cloud: Cloud, HostedZoneId: string): Promise<readonly ResourceRecordSet[]> => {
  const answer = await cloud.directClients.route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  if (answer.IsTruncated === true) throw new Error(`${HostedZoneId} has more record sets than one page shows`);
  return answer.ResourceRecordSets ?? [];
};

/** Every TXT value of every zone, as `name value`, sorted; read from the emulator itself. */
export const standingTxt = async (cloud: Cloud): Promise<string[]> => {
  const sets = (await Promise.all([...cloud.zones.values()].map((id) => setsOf(cloud, id)))).flat();
  return sets
    .filter(({ Type }) => Type === 'TXT')
    .flatMap(({ Name, ResourceRecords = [] }) =>
      ResourceRecords.map(({ Value }) => `${Name?.replace(/\.$/, '')} ${Value}`),
    )
    .sort();
};
