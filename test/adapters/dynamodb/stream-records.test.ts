// What a record of the table's stream says of the totals.
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { rowChanges, type StreamRecord } from '#adapters/dynamodb/stream-records.ts';
import { rowKey } from '#core/ledger-format.ts';
import { shardOf } from '#core/names.ts';

const declared = { issuer: { kind: 'Issuer', namespace: 'shop', name: 'own', type: 'selfSigned' } };
const row = (more: object) => ({
  ...rowKey('shop/web'),
  schema: 1,
  name: 'shop/web',
  declared,
  progress: { revision: 1 },
  ...more,
});
const current = { progress: { revision: 1, current: { versionId: 'v1' } } };

const record = (key: object, images: { before?: object; after?: object }): StreamRecord => ({
  dynamodb: {
    Keys: marshall(key),
    SequenceNumber: '4421584500000000017450439091',
    ApproximateCreationDateTime: 1_795_608_000,
    ...(images.before && { OldImage: marshall(images.before) }),
    ...(images.after && { NewImage: marshall(images.after) }),
  },
});

it('a row that comes, is issued, retired or goes is a change of its shard, with what it counted for', () => {
  const change = (images: { before?: object; after?: object }) => rowChanges([record(rowKey('shop/web'), images)])[0];
  const base = {
    shard: shardOf('shop/web'),
    sequence: '4421584500000000017450439091',
    at: new Date('2026-11-25T12:00:00.000Z'),
  };
  const waiting = { issuer: 'Issuer/shop/own', isIssued: false };
  const issued = { issuer: 'Issuer/shop/own', isIssued: true };
  expect(change({ after: row({}) })).toEqual({ ...base, after: waiting });
  expect(change({ before: row({}), after: row(current) })).toEqual({ ...base, before: waiting, after: issued });
  const retired = row({ ...current, retiredAt: '2026-11-25T12:00:00.000Z' });
  expect(change({ before: row(current), after: retired })).toEqual({ ...base, before: issued });
  expect(change({ before: retired })).toEqual(base);
});

it('items of other kinds are no changes of rows', () => {
  const keys = [
    { pk: 'sweep', sk: 'last' },
    { pk: 'history#shop/web', sk: 'x' },
    { pk: 'counters', sk: '00' },
  ];
  expect(rowChanges(keys.map((key) => record(key, { after: { ...key, schema: 1 } })))).toEqual([]);
});
