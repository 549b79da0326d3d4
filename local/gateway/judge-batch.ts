// What Route53 refuses in a change batch, in Route53's words: pure. It must never know about HTTP or the emulator.
// Wordings as seen in answers of the live service, quoted in public issues (cert-manager #5388, external-dns #1929, #515,
// dnscontrol #908, #1114, octodns #1196, cli53 #317, aws-sdk-kotlin #1435, boto3 #1462).
import { isWithin, normalName, parseTxt } from '../dns/presentation.ts';
import type { Change, SentSet } from './change-batch.ts';

/** The record sets of one zone by key; changed only by a verdict that accepts. */
export type ZoneSets = ReadonlyMap<string, SentSet>;

export interface Refusal {
  code: 'InvalidChangeBatch' | 'InvalidInput';
  messages: string[];
}
export type Verdict = { accepted: Map<string, SentSet> } | { refused: Refusal };

/** At most so many ResourceRecord elements and characters of values a request; an UPSERT counts twice. */
const RECORDS_LIMIT = 1000;
const CHARACTERS_LIMIT = 32_000;

export const setKey = (set: Pick<SentSet, 'name' | 'type' | 'setIdentifier'>): string =>
  JSON.stringify([normalName(set.name), set.type, set.setIdentifier ?? '']);

const dotted = (name: string): string => `${normalName(name).replaceAll('*', '\\052')}.`;

/** Judges a whole batch against what the zone holds: all of it or nothing, every fault named. */
export function judgeBatch(input: { zoneName: string; sets: ZoneSets; changes: readonly Change[] }): Verdict {
  const { changes } = input;
  const malformed = changes.flatMap(({ action, set }) => shapeFaults(action, set));
  if (malformed.length > 0) return refuse('InvalidInput', malformed);
  const faults = [
    ...sizeFaults(changes),
    ...changes.flatMap(({ action, set }) => valueFaults(action, set, input.zoneName)),
    ...repeatFaults(changes),
  ];
  if (faults.length > 0) return refuse('InvalidChangeBatch', faults);
  const next = new Map(input.sets);
  const missed = changes.flatMap((change) => applyOne(next, change));
  if (missed.length > 0) return refuse('InvalidChangeBatch', missed);
  const beside = setsByName(next, new Set(changes.map(({ set }) => normalName(set.name))));
  const clashes = changes.flatMap(({ action, set }) =>
    action === 'DELETE'
      ? apexFaults(next, set, input.zoneName)
      : neighbourFaults(beside.get(normalName(set.name)) ?? [], set, input.zoneName),
  );
  return clashes.length > 0 ? refuse('InvalidChangeBatch', clashes) : { accepted: next };
}

const refuse = (code: Refusal['code'], messages: string[]): Verdict => ({
  refused: { code, messages: [...new Set(messages)] },
});

function shapeFaults(action: string, set: SentSet): string[] {
  const where = `in Change with [Action=${action}, Name=${set.name}, Type=${set.type}, SetIdentifier=${set.setIdentifier ?? 'null'}]`;
  if (!['CREATE', 'UPSERT', 'DELETE'].includes(action)) {
    return [
      `Invalid XML ; Value '${action}' is not facet-valid with respect to enumeration '[CREATE, DELETE, UPSERT]'.`,
    ];
  }
  const isPlain = set.ttl !== undefined && set.values.length > 0;
  if (!isPlain && set.aliasTarget === undefined) {
    const one = 'Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]';
    return [`Invalid request: ${one}, but found none ${where}`];
  }
  if (set.routing.length > 0 && set.setIdentifier === undefined) {
    return [`Invalid request: Missing field 'SetIdentifier' ${where}`];
  }
  if (set.routing.length === 0 && set.setIdentifier !== undefined) {
    const one = 'Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer]';
    return [`Invalid request: ${one}, but found none ${where}`];
  }
  return [];
}

function sizeFaults(changes: readonly Change[]): string[] {
  const total = (measure: (set: SentSet) => number): number =>
    changes.reduce((sum, { action, set }) => sum + measure(set) * (action === 'UPSERT' ? 2 : 1), 0);
  const records = total((set) => set.values.length);
  const characters = total((set) => set.values.reduce((sum, value) => sum + value.length, 0));
  return [
    ...(records > RECORDS_LIMIT ? [`Number of records limit of ${RECORDS_LIMIT} exceeded.`] : []),
    ...(characters > CHARACTERS_LIMIT ? [`RDATA character limit of ${CHARACTERS_LIMIT} exceeded.`] : []),
  ];
}

function valueFaults(action: string, set: SentSet, zoneName: string): string[] {
  const name = normalName(set.name);
  if (!isWithin(name, zoneName)) return [`RRSet with DNS name ${dotted(name)} is not permitted in zone ${zoneName}.`];
  if (action === 'DELETE') return [];
  const repeated = set.values.filter((value, index) => set.values.indexOf(value) !== index);
  return [
    ...(set.type === 'TXT' ? set.values.flatMap(txtFaults) : []),
    ...repeated.map((value) => `Duplicate Resource Record: '${value}'`),
  ];
}

function txtFaults(value: string): string[] {
  const txt = parseTxt(value);
  if ('strings' in txt) return [];
  const problem =
    txt.fault === 'unquoted'
      ? 'InvalidCharacterString (Value should be enclosed in quotation marks)'
      : 'CharacterStringTooLong (Value is too long)';
  return [`Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`];
}

/** A set may stand twice only as DELETE and then CREATE or UPSERT. */
function repeatFaults(changes: readonly Change[]): string[] {
  const seen = new Map<string, string[]>();
  for (const { action, set } of changes) seen.set(setKey(set), [...(seen.get(setKey(set)) ?? []), action]);
  return changes.flatMap(({ set }) => {
    const actions = seen.get(setKey(set)) ?? [];
    const isReplacement = actions.length === 2 && actions[0] === 'DELETE' && actions[1] !== 'DELETE';
    return actions.length === 1 || isReplacement
      ? []
      : [`The request contains an invalid set of changes for a resource record set '${set.type} ${dotted(set.name)}'`];
  });
}

/** Carries one change into `next`; says what of it cannot be. */
function applyOne(next: Map<string, SentSet>, { action, set }: Change): string[] {
  const key = setKey(set);
  const current = next.get(key);
  const identifier = set.setIdentifier === undefined ? '' : `, set-identifier='${set.setIdentifier}'`;
  const label = `resource record set [name='${dotted(set.name)}', type='${set.type}'${identifier}]`;
  if (action === 'DELETE') {
    if (!current) return [`Tried to delete ${label} but it was not found`];
    if (!sameContent(current, set)) {
      return [`Tried to delete ${label} but the values provided do not match the current values`];
    }
    next.delete(key);
    return [];
  }
  if (action === 'CREATE' && current) return [`Tried to create ${label} but it already exists`];
  next.set(key, set);
  return [];
}

const sameContent = (a: SentSet, b: SentSet): boolean =>
  a.ttl === b.ttl &&
  JSON.stringify([...a.values].sort()) === JSON.stringify([...b.values].sort()) &&
  normalName(a.aliasTarget ?? '') === normalName(b.aliasTarget ?? '');

function setsByName(sets: ZoneSets, names: ReadonlySet<string>): Map<string, SentSet[]> {
  const found = new Map<string, SentSet[]>();
  for (const set of sets.values()) {
    const name = normalName(set.name);
    if (names.has(name)) found.set(name, [...(found.get(name) ?? []), set]);
  }
  return found;
}

/** What may not stand beside the new set, in the zone as the whole batch leaves it. */
function neighbourFaults(beside: readonly SentSet[], set: SentSet, zoneName: string): string[] {
  const name = normalName(set.name);
  const others = beside.filter((one) => setKey(one) !== setKey(set));
  const label = `RRSet of type ${set.type} with DNS name ${dotted(name)}`;
  if (set.type === 'CNAME' && name === zoneName) return [`${label} is not permitted at apex in zone ${zoneName}.`];
  if (set.type === 'CNAME' && others.some((one) => one.type !== 'CNAME')) {
    return [`${label} is not permitted as it conflicts with other records with the same DNS name in zone ${zoneName}.`];
  }
  if (set.type !== 'CNAME' && others.some((one) => one.type === 'CNAME')) {
    const why = 'a conflicting RRSet of type CNAME with the same DNS name already exists';
    return [`${label} is not permitted because ${why} in zone ${zoneName}.`];
  }
  const twins = others.filter((one) => one.type === set.type);
  if (set.setIdentifier === undefined && twins.length > 0) {
    const why = 'cannot be created as other RRSets exist with the same name and type.';
    return [`RRSet with DNS name ${dotted(name)}, type ${set.type} ${why}`];
  }
  if (set.setIdentifier !== undefined && twins.some((one) => one.setIdentifier === undefined)) {
    const why = 'cannot be created because a non multivalue answer rrset exists with the same name and type.';
    return [`RRSet with DNS name ${dotted(name)}, type ${set.type}, SetIdentifier "${set.setIdentifier}" ${why}`];
  }
  return [];
}

/** A zone keeps its SOA and NS. */
function apexFaults(next: ZoneSets, set: SentSet, zoneName: string): string[] {
  if (normalName(set.name) !== zoneName || next.has(setKey(set))) return [];
  if (set.type === 'SOA') return ['A HostedZone must contain exactly one SOA record.'];
  return set.type === 'NS' ? ['A HostedZone must contain at least one NS record for the zone itself.'] : [];
}
