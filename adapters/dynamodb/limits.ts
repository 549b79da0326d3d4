// Limits on DynamoDB: one item a bucket, all takes of one order in one transaction. It must never know what a bucket
// bounds. The state is not read first: most buckets are full, and an unmet condition brings the item as it is.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { instant, LEDGER_SCHEMA, limitKey } from '#core/ledger-format.ts';
import { type BucketState, costMs, hasQueue, latestFullAt, refusedUntil, type Take } from '#core/limits/bucket.ts';
import type { Limits, Taken } from '#core/limits/ports.ts';
import { type Item, type LedgerTable, ledgerError } from './table.ts';
import { update, updateParts, type Write } from './write.ts';

const TRIES = 4;
/** API_TransactWriteItems: at most so many actions. */
const AT_ONCE = 100;
const SOON_MS = 500;

const NOT_BLOCKED = '(attribute_not_exists(#blockedUntil) OR #blockedUntil <= :now)';

const stateOf = (item: Item | undefined): BucketState => (item ?? {}) as BucketState;

/** Two forms, because no expression knows a maximum: of a bucket that is full, and of one that fills. */
const takeWrite = (take: Take, fullAt: number | undefined, now: Date): Write => {
  const ms = now.getTime();
  const key = limitKey(take.bucket.id);
  if (fullAt === undefined || fullAt <= ms) {
    const when = `${NOT_BLOCKED} AND (attribute_not_exists(#fullAt) OR #fullAt <= :now)`;
    return { key, fields: { schema: LEDGER_SCHEMA, fullAt: ms + costMs(take) }, when, values: { now: ms } };
  }
  const when = `${NOT_BLOCKED} AND #fullAt > :now AND #fullAt <= :latest`;
  const values = { now: ms, latest: latestFullAt(take, now) };
  return { key, fields: { schema: LEDGER_SCHEMA }, increase: { fullAt: costMs(take) }, when, values };
};

const checkOnly = (table: LedgerTable, take: Take, now: Date) => {
  const latest = latestFullAt(take, now);
  const enough = latest === undefined ? '' : ' AND (attribute_not_exists(#fullAt) OR #fullAt <= :latest)';
  return {
    TableName: table.tableName,
    Key: limitKey(take.bucket.id),
    ConditionExpression: `${NOT_BLOCKED}${enough}`,
    ExpressionAttributeNames: {
      '#blockedUntil': 'blockedUntil',
      ...(latest === undefined ? {} : { '#fullAt': 'fullAt' }),
    },
    ExpressionAttributeValues: { ':now': now.getTime(), ...(latest === undefined ? {} : { ':latest': latest }) },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
};

interface Reason {
  readonly Code?: string;
  readonly Item?: Record<string, AttributeValue>;
}

/** 'met', or why not, one reason a take. */
const tryAll = async (
  table: LedgerTable,
  { takes, states, now }: { takes: readonly Take[]; states: readonly BucketState[]; now: Date },
): Promise<'met' | readonly Reason[]> => {
  const TransactItems = takes.map((take, i) =>
    hasQueue(take)
      ? { Update: updateParts(table, takeWrite(take, states[i]?.fullAt, now)) }
      : { ConditionCheck: checkOnly(table, take, now) },
  );
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems }));
    return 'met';
  } catch (thrown) {
    const { CancellationReasons = [] } = thrown as { CancellationReasons?: readonly Reason[] };
    const known = /^(ConditionalCheckFailed|TransactionConflict|None)$/;
    if (
      CancellationReasons.length === takes.length &&
      CancellationReasons.every(({ Code = 'None' }) => known.test(Code))
    )
      return CancellationReasons;
    throw ledgerError(thrown, 'dynamodb:TransactWriteItems');
  }
};

/** A place at the end of the bucket's queue, from when a token is there. */
const enqueue = async (table: LedgerTable, take: Take, from: Date): Promise<Taken> => {
  const cost = costMs(take);
  const key = limitKey(take.bucket.id);
  const values = { from: from.getTime() };
  const empty = { key, fields: { schema: LEDGER_SCHEMA, queueUntil: from.getTime() + cost }, values };
  const longer = { key, fields: { schema: LEDGER_SCHEMA }, increase: { queueUntil: cost }, values };
  for (let tries = 0; tries < TRIES; tries++) {
    const first = await update(table, {
      ...empty,
      when: 'attribute_not_exists(#queueUntil) OR #queueUntil <= :from',
    });
    if (first.met) return { kind: 'refused', bucket: take.bucket, at: from, ahead: 0 };
    const behind = await update(table, { ...longer, when: '#queueUntil > :from' });
    if (!behind.met) continue;
    const at = (behind.item.queueUntil as number) - cost;
    return { kind: 'refused', bucket: take.bucket, at: new Date(at), ahead: Math.round((at - from.getTime()) / cost) };
  }
  return { kind: 'refused', bucket: take.bucket, at: from, ahead: 0 };
};

interface Refusal {
  readonly take: Take;
  readonly at: Date;
}

const refuse = (table: LedgerTable, { take, at }: Refusal): Promise<Taken> | Taken =>
  hasQueue(take) ? enqueue(table, take, at) : { kind: 'refused', bucket: take.bucket, at, ahead: 0 };

const takeSome = async (table: LedgerTable, takes: readonly Take[], now: Date): Promise<Taken> => {
  let states: readonly BucketState[] = takes.map(() => ({}));
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await tryAll(table, { takes, states, now });
    if (outcome === 'met') return { kind: 'taken' };
    states = outcome.map(({ Item }, i) => (Item === undefined ? states[i]! : stateOf(unmarshall(Item))));
    const refusals = takes.flatMap((take, i) => {
      const at = refusedUntil(take, states[i]!, now);
      return at === undefined ? [] : [{ take, at }];
    });
    const last = refusals.sort((a, b) => b.at.getTime() - a.at.getTime())[0];
    if (last !== undefined) return refuse(table, last);
  }
  // Others were always first: the queue of the quickest bucket spreads those who come at the same moment.
  const contended = takes.filter(hasQueue).sort((a, b) => costMs(a) - costMs(b))[0] ?? takes[0]!;
  return refuse(table, { take: contended, at: new Date(now.getTime() + SOON_MS) });
};

const giveBack = async (table: LedgerTable, takes: readonly Take[], now: Date): Promise<void> => {
  // Unmet: it is full again already.
  for (const take of takes.filter(hasQueue))
    await update(table, {
      key: limitKey(take.bucket.id),
      fields: { schema: LEDGER_SCHEMA },
      increase: { fullAt: -costMs(take) },
      when: '#fullAt > :now',
      values: { now: now.getTime() },
    });
};

const take = async (table: LedgerTable, takes: readonly Take[], now: Date): Promise<Taken> => {
  const ordered = [...takes].sort((a, b) => Number(hasQueue(a)) - Number(hasQueue(b)));
  for (let from = 0; from < ordered.length; from += AT_ONCE) {
    const answer = await takeSome(table, ordered.slice(from, from + AT_ONCE), now);
    if (answer.kind === 'taken') continue;
    await giveBack(table, ordered.slice(0, from), now);
    return answer;
  }
  return { kind: 'taken' };
};

const count = async (table: LedgerTable, take: Take, now: Date): Promise<void> => {
  const ms = now.getTime();
  const at = { key: limitKey(take.bucket.id), values: { now: ms } };
  for (let tries = 0; tries < TRIES; tries++) {
    const full = await update(table, {
      ...at,
      fields: { schema: LEDGER_SCHEMA, fullAt: ms + costMs(take) },
      when: 'attribute_not_exists(#fullAt) OR #fullAt <= :now',
    });
    if (full.met) return;
    const fields = { schema: LEDGER_SCHEMA };
    if ((await update(table, { ...at, fields, increase: { fullAt: costMs(take) }, when: '#fullAt > :now' })).met)
      return;
  }
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. Instants lie there as milliseconds, to be added to. */
export const dynamodbLimits = (table: LedgerTable): Limits => ({
  take: ({ takes, now }) => take(table, takes, now),
  giveBack: ({ takes, now }) => giveBack(table, takes, now),
  learn: async ({ take: one, now, blockedUntil }) => {
    if (hasQueue(one)) await count(table, one, now);
    if (blockedUntil === undefined) return;
    await update(table, {
      key: limitKey(one.bucket.id),
      fields: { schema: LEDGER_SCHEMA, blockedUntil: blockedUntil.getTime(), learnedAt: instant(now) },
      when: 'attribute_not_exists(#blockedUntil) OR #blockedUntil < :until',
      values: { until: blockedUntil.getTime() },
    });
  },
});
