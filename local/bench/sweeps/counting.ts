// The ledger's table with every request counted, whatever serves it. It must never change a request or an answer.
import type { LedgerTable } from '#adapters/dynamodb/table.ts';

/** Requests of the ledger's adapters: what DynamoDB bills follows from them and from the items. */
export interface Counted {
  /** GetItem and Query: each page is one. */
  readonly reads: number;
  /** Items that those looked at, also where a filter then left them out (ScannedCount). */
  readonly itemsRead: number;
  readonly writes: number;
}

/** The one method of a document client that the adapters use. */
interface Sender {
  send(command: object): Promise<object>;
}

const READS: ReadonlySet<string> = new Set(['GetCommand', 'QueryCommand']);

const itemsIn = (answer: { readonly ScannedCount?: number; readonly Item?: object }): number =>
  answer.ScannedCount ?? (answer.Item === undefined ? 0 : 1);

/** The same table through a client that counts from now on. A request that is refused is counted too. */
export const countingTable = ({ client, tableName }: LedgerTable): { table: LedgerTable; counted(): Counted } => {
  const counted = { reads: 0, itemsRead: 0, writes: 0 };
  const inner = client as unknown as Sender;
  const send: Sender['send'] = async (command) => {
    const isRead = READS.has(command.constructor.name);
    counted[isRead ? 'reads' : 'writes'] += 1;
    const answer = await inner.send(command);
    if (isRead) counted.itemsRead += itemsIn(answer);
    return answer;
  };
  return {
    table: { client: { send } as unknown as LedgerTable['client'], tableName },
    counted: () => ({ ...counted }),
  };
};
