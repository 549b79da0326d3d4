// Applies TXT changes: one multivalue-answer set per value, batches within Route53's limits, and what to do when it
// refuses a batch. It must never know why a value is wanted.
import { type Change, ChangeResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import { EvercertError } from '#core/errors.ts';
import type { Zone } from '#core/ports.ts';
import type { Ask } from './ask.ts';
import { refusalMessages } from './errors.ts';
import { plainId, plainName, quotedTxt } from './names.ts';
import { type Offender, offendersNamed, saysGone, saysPlainTxt, type TxtRecord } from './refusal.ts';

/** Seconds; an answer that a CA's resolver cached is stale for no longer than this. */
const TTL_SECONDS = 10;

/** Of one request: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html. UPSERT counts twice. */
const RECORDS_LIMIT = 1_000;
const CHARACTERS_LIMIT = 32_000;

export interface TxtChange {
  readonly zone: Zone;
  readonly kind: 'upsert' | 'delete';
  readonly records: readonly TxtRecord[];
}

interface Outcome {
  readonly changeIds: string[];
  readonly offenders: Offender[];
}

/**
 * Applies the change so that all good records stand (or are gone), whatever the others do. Gives the ids of the changes
 * that were made. Errors: DNS_TXT_CONFLICT, DNS_CHANGE_REFUSED (detail.offenders: record names), and those of `ask`.
 */
export const applyChange = async (ask: Ask, change: TxtChange): Promise<readonly string[]> => {
  const outcome: Outcome = { changeIds: [], offenders: [] };
  const batches = batchesOf(change.kind, distinct(change.records));
  for (const records of batches) await submit(ask, { ...change, records }, outcome);
  const offenders = outcome.offenders.filter(({ message }) => change.kind === 'upsert' || !saysGone(message));
  if (offenders.length > 0) throw refused(change.zone, offenders);
  return outcome.changeIds;
};

/** Sends one batch; a refused one again without the records that were named, else in halves. */
const submit = async (ask: Ask, change: TxtChange, outcome: Outcome): Promise<void> => {
  if (change.records.length === 0) return;
  const answer = await send(ask, change);
  if ('changeId' in answer) {
    outcome.changeIds.push(answer.changeId);
    return;
  }
  const named = offendersNamed(change.records, answer.messages);
  if (named.length > 0) {
    outcome.offenders.push(...named);
    const isNamed = new Set(named.map(({ record }) => record));
    await submit(ask, { ...change, records: change.records.filter((record) => !isNamed.has(record)) }, outcome);
    return;
  }
  const [only, second] = change.records;
  if (only && !second) {
    outcome.offenders.push({ record: only, message: answer.messages.join('; ') });
    return;
  }
  const half = Math.ceil(change.records.length / 2);
  await submit(ask, { ...change, records: change.records.slice(0, half) }, outcome);
  await submit(ask, { ...change, records: change.records.slice(half) }, outcome);
};

const send = (
  ask: Ask,
  { zone, kind, records }: TxtChange,
): Promise<{ changeId: string } | { messages: readonly string[] }> => {
  const command = new ChangeResourceRecordSetsCommand({
    HostedZoneId: zone.id,
    ChangeBatch: { Changes: records.map((record) => changeOf(kind, record)) },
  });
  const recordNames = records.map(({ name }) => name);
  return ask({
    action: 'route53:ChangeResourceRecordSets',
    access: zone.access,
    zone,
    recordNames,
    send: async (client) => {
      try {
        const answer = await client.send(command);
        return { changeId: plainId(answer.ChangeInfo?.Id ?? '') };
      } catch (error) {
        const messages = refusalMessages(error);
        if (messages === undefined) throw error;
        return { messages };
      }
    },
  });
};

const changeOf = (kind: TxtChange['kind'], { name, value }: TxtRecord): Change => ({
  Action: kind === 'upsert' ? 'UPSERT' : 'DELETE',
  ResourceRecordSet: {
    Name: name,
    Type: 'TXT',
    SetIdentifier: value,
    MultiValueAnswer: true,
    TTL: TTL_SECONDS,
    ResourceRecords: [{ Value: quotedTxt(value) }],
  },
});

/** Route53 refuses a batch that has one set twice. */
const distinct = (records: readonly TxtRecord[]): readonly TxtRecord[] => {
  const seen = new Map<string, TxtRecord>();
  for (const record of records) {
    const name = plainName(record.name);
    seen.set(JSON.stringify([name, record.value]), { name, value: record.value });
  }
  return [...seen.values()];
};

/** Cuts records into requests that keep Route53's limits, in order. */
export const batchesOf = (
  kind: TxtChange['kind'],
  records: readonly TxtRecord[],
): readonly (readonly TxtRecord[])[] => {
  const weight = kind === 'upsert' ? 2 : 1;
  const batches: TxtRecord[][] = [];
  let characters = 0;
  for (const record of records) {
    const length = quotedTxt(record.value).length * weight;
    const last = batches.at(-1);
    if (!last || (last.length + 1) * weight > RECORDS_LIMIT || characters + length > CHARACTERS_LIMIT) {
      batches.push([record]);
      characters = length;
    } else {
      last.push(record);
      characters += length;
    }
  }
  return batches;
};

const refused = (zone: Zone, offenders: readonly Offender[]): EvercertError => {
  const names = [...new Set(offenders.map(({ record }) => record.name))].sort();
  const messages = [...new Set(offenders.map(({ message }) => message))];
  const isConflict = offenders.every(({ message }) => saysPlainTxt(message));
  return new EvercertError(
    isConflict ? 'DNS_TXT_CONFLICT' : 'DNS_CHANGE_REFUSED',
    isConflict
      ? `a plain TXT record stands at ${names.join(', ')} in zone ${zone.id} (${zone.name}): Route53 lets no challenge value beside it`
      : `Route53 refuses ${names.join(', ')} in zone ${zone.id} (${zone.name}): ${messages.join('; ')}`,
    { detail: { action: 'route53:ChangeResourceRecordSets', offenders: names } },
  );
};
