// What may be written into Route53: TXT, the challenge names, the configured zones, nothing else. It must never know
// which names the certificates have: the patterns hold for whole zones.
import { Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ServiceSettings } from '#core/settings.ts';
import { acknowledgeWildcards } from './acknowledge.ts';

type Zone = ServiceSettings['zones'][number];
type ChangeAction = 'CREATE' | 'UPSERT' | 'DELETE';

/** No zones are set: any of the account. */
const isOpen = ({ zones, validationZones }: ServiceSettings): boolean => zones.length + validationZones.length === 0;

const zoneArn = (id: string): string => `arn:${Aws.PARTITION}:route53:::hostedzone/${id}`;
const CHANGES = `arn:${Aws.PARTITION}:route53:::change/*`;

/** Names as Route53 compares them: lower case, no trailing dot. `*` crosses dots. */
const challengePatterns = ({ name }: Zone): string[] => {
  if (name === undefined) return ['_acme-challenge.*'];
  const plain = name.toLowerCase().replace(/\.$/, '');
  return [`_acme-challenge.${plain}`, `_acme-challenge.*.${plain}`];
};

const CONDITION = 'route53:ChangeResourceRecordSets';

/** One statement alone: ForAllValues holds for a request without the key, hence the Null guard. */
const write = (change: {
  readonly sid: string;
  readonly zones: readonly string[];
  readonly names: readonly string[] | undefined;
  readonly actions: readonly ChangeAction[];
}): PolicyStatement =>
  new PolicyStatement({
    sid: change.sid,
    actions: ['route53:ChangeResourceRecordSets'],
    resources: change.zones.map(zoneArn),
    conditions: {
      'ForAllValues:StringEquals': {
        [`${CONDITION}RecordTypes`]: ['TXT'],
        [`${CONDITION}Actions`]: change.actions,
      },
      ...(change.names === undefined
        ? {}
        : { 'ForAllValues:StringLike': { [`${CONDITION}NormalizedRecordNames`]: change.names } }),
      Null: {
        [`${CONDITION}NormalizedRecordNames`]: 'false',
        [`${CONDITION}RecordTypes`]: 'false',
        [`${CONDITION}Actions`]: 'false',
      },
    },
  });

/**
 * A name outside its zone is refused by Route53 itself, so zones and names of one statement may be listed side by side:
 * a role's policy has 10,240 characters.
 */
const writes = (settings: ServiceSettings, actions: readonly ChangeAction[]): PolicyStatement[] => {
  const { zones, validationZones } = settings;
  const named = zones.filter(({ name }) => name !== undefined);
  const unnamed = isOpen(settings) ? [{ id: '*', name: undefined }] : zones.filter(({ name }) => name === undefined);
  const statement = (sid: string, group: readonly Zone[], names: readonly string[] | undefined): PolicyStatement[] =>
    group.length === 0 ? [] : [write({ sid, zones: group.map(({ id }) => id), names, actions })];
  return [
    ...statement('WriteChallenges', named, named.flatMap(challengePatterns)),
    ...statement('WriteChallengesOfZones', unnamed, ['_acme-challenge.*']),
    ...statement('WriteDelegatedChallenges', validationZones, undefined),
  ];
};

/** Find zones: set ones need no list; without any, the account's zones are listed. */
const find = (settings: ServiceSettings): PolicyStatement[] => {
  const zones = [...settings.zones, ...settings.validationZones];
  const ids = isOpen(settings) ? ['*'] : zones.map(({ id }) => id);
  const name = new PolicyStatement({
    sid: 'NameZones',
    actions: ['route53:GetHostedZone'],
    resources: ids.map(zoneArn),
  });
  if (!isOpen(settings)) return [name];
  return [
    name,
    new PolicyStatement({ sid: 'FindZones', actions: ['route53:ListHostedZonesByName'], resources: ['*'] }),
  ];
};

const assume = (settings: ServiceSettings): PolicyStatement[] =>
  settings.dnsRoles.length === 0
    ? []
    : [new PolicyStatement({ sid: 'AssumeDnsRoles', actions: ['sts:AssumeRole'], resources: settings.dnsRoles })];

const grant = (role: IRole, settings: ServiceSettings, statements: readonly PolicyStatement[]): void => {
  for (const statement of statements) role.addToPrincipalPolicy(statement);
  if (isOpen(settings))
    acknowledgeWildcards(role, {
      resources: [zoneArn('*')],
      reason:
        'No zones are set, so any zone of the account may be written, but only TXT records named _acme-challenge.*.',
    });
};

/** Write challenges, wait for them, find their zones, and the roles of other accounts that do so. */
export const allowSolving = (role: IRole, settings: ServiceSettings): void => {
  const settle = new PolicyStatement({ sid: 'SettleChanges', actions: ['route53:GetChange'], resources: [CHANGES] });
  grant(role, settings, [
    ...writes(settings, ['CREATE', 'UPSERT', 'DELETE']),
    settle,
    ...find(settings),
    ...assume(settings),
  ]);
  acknowledgeWildcards(role, { resources: [CHANGES], reason: 'The id of a change is known only when it was made.' });
  if (isOpen(settings))
    acknowledgeWildcards(role, {
      resources: ['*'],
      reason: 'ListHostedZonesByName has no resource to name; with `zones` set it is not granted.',
    });
};

/** Remove what a crash left behind: deletes only. */
export const allowClearing = (role: IRole, settings: ServiceSettings): void =>
  grant(role, settings, [...writes(settings, ['DELETE']), ...assume(settings)]);
