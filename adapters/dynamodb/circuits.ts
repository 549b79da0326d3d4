// Circuits on DynamoDB: one item a scope, all in one partition, gone when the scope works. It must never know scopes.
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { type CircuitState, counted } from '#core/failure/circuit.ts';
import type { Circuits, OpenCircuit, Probes, ScopeFault } from '#core/failure/ports.ts';
import { CIRCUIT_PARTITION, circuitKey, instant, LEDGER_SCHEMA, TABLE_KEYS } from '#core/ledger-format.ts';
import { getItem, queryItems } from './read.ts';
import { attempt, type Item, type LedgerTable } from './table.ts';
import { update } from './write.ts';

const TRIES = 5;

/** An item of another version's shape is as good as none: it holds nobody up. */
const stateOf = (item: Item | undefined): CircuitState | undefined =>
  item?.schema === LEDGER_SCHEMA ? (item as unknown as CircuitState) : undefined;

const withProbe = (item: Item): OpenCircuit[] => {
  const circuit = stateOf(item)?.circuit;
  return circuit === undefined ? [] : [{ ...circuit, nextProbeAt: item.nextProbeAt as string }];
};

/** Counts on what was read, conditional on its version; nobody waits for a count that loses that race five times. */
const open = async (table: LedgerTable, fault: ScopeFault): Promise<void> => {
  const key = circuitKey(fault.scope);
  for (let tries = 0; tries < TRIES; tries++) {
    const item = await getItem(table, key);
    const before = stateOf(item);
    const [seen] = item === undefined ? [] : withProbe(item);
    const after = counted(before && seen ? { ...before, circuit: seen } : before, fault);
    if (JSON.stringify(after.seen) === JSON.stringify(before?.seen) && !fault.probing && after.circuit === seen) return;
    const version = (item?.version as number | undefined) ?? 0;
    const { seen: names, since, circuit } = after;
    const outcome = await update(table, {
      key,
      fields: {
        ...{ schema: LEDGER_SCHEMA, seen: names, since, version: version + 1 },
        ...{ circuit, nextProbeAt: circuit?.nextProbeAt },
      },
      when: 'attribute_not_exists(#version) OR #version = :version',
      values: { version },
    });
    if (outcome.met) return;
  }
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbCircuits = (table: LedgerTable): Circuits & Probes => ({
  look: async () => {
    const items = await queryItems(table, {
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition },
      ExpressionAttributeValues: { ':pk': CIRCUIT_PARTITION },
    });
    return items.flatMap(withProbe);
  },
  open: (fault) => open(table, fault),
  close: async ({ scope }) => {
    const command = new DeleteCommand({ TableName: table.tableName, Key: circuitKey(scope) });
    await attempt('DeleteItem', () => table.client.send(command));
  },
  begin: async ({ scope, now, until }) => {
    const outcome = await update(table, {
      key: circuitKey(scope),
      fields: { nextProbeAt: instant(until) },
      increase: { version: 1 },
      when: '#nextProbeAt <= :now',
      values: { now: instant(now) },
    });
    return outcome.met;
  },
});
