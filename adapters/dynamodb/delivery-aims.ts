// DeliveryAims on DynamoDB: what a journey wants to arrive where, one item a target. It must never know a cluster.
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { DeliveryAims } from '#core/bridge/ports.ts';
import { EvercertError } from '#core/errors.ts';
import { LEDGER_SCHEMA, TABLE_KEYS, targetKey, targetPartition } from '#core/ledger-format.ts';
import { deliveryFields, deliveryOf } from './delivery-item.ts';
import { queryItems } from './read.ts';
import { ask, type LedgerTable } from './table.ts';
import { update, type Write } from './write.ts';

const TRIES = 5;

type Aim = Parameters<DeliveryAims['aim']>[0];

/** New, or an older version of the same Secret: what was confirmed there stays, and so does a restart that is still to come. */
const ONWARD =
  'attribute_not_exists(#edit) OR (#schema = :schema AND #wanted.#revision < :revision AND #target.#secret = :secret AND #target.#kind = :kind)';

const fieldsOf = ({ target, wanted, tryAt }: Aim): Write['fields'] => {
  const { edit: _edit, ...fields } = deliveryFields({ target, wanted, tryAt, edit: 0, bumps: 0 });
  return { ...fields, waitingSince: wanted.since, failure: undefined };
};

/** Tried as if it were new or grown; else by what was found: another Secret begins anew, anything else stands. */
const aim = async (table: LedgerTable, request: Aim): Promise<void> => {
  const { target, wanted } = request;
  const base = { key: targetKey(target), fields: fieldsOf(request), increase: { edit: 1 } };
  const asked = { schema: LEDGER_SCHEMA, revision: wanted.revision, secret: target.secret, kind: target.kind };
  let write: Write = { ...base, when: ONWARD, values: asked };
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await update(table, write);
    if (outcome.met) return;
    // Dropped meanwhile: made anew.
    if (outcome.item === undefined) {
      write = { ...base, when: ONWARD, values: asked };
      continue;
    }
    const seen = deliveryOf(outcome.item);
    const isSame = seen.target.secret === target.secret && seen.target.kind === target.kind;
    if (seen.wanted.revision > wanted.revision) return;
    if (isSame && seen.wanted.revision === wanted.revision && request.again !== true) return;
    const anew = isSame ? {} : { confirmed: undefined, restart: undefined };
    write = { ...base, fields: { ...base.fields, ...anew }, when: '#edit = :seen', values: { seen: seen.edit } };
  }
  throw new EvercertError('LEDGER_UNAVAILABLE', `${target.certificate}: its target changes faster than it can be set`);
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbDeliveryAims = (table: LedgerTable): DeliveryAims => ({
  ofCertificate: async (name) => {
    const items = await queryItems(table, {
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition },
      ExpressionAttributeValues: { ':pk': targetPartition(name) },
    });
    return items.map(deliveryOf);
  },
  aim: (request) => aim(table, request),
  drop: async (target) => {
    const command = new DeleteCommand({ TableName: table.tableName, Key: targetKey(target) });
    await ask('DeleteItem', () => table.client.send(command));
  },
});
