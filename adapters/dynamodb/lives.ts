// Lives on DynamoDB: the index of what is current, by when it should be renewed. It must never read a row.
import type { DatedLife, Lives } from '#core/health/ports.ts';
import { instant, LIFE_INDEX, LIVING, rowKey } from '#core/ledger-format.ts';
import { queryItems } from './read.ts';
import { pick } from './row-item.ts';
import type { Item, LedgerTable } from './table.ts';
import { namesIn, update } from './write.ts';

const LIFE = [LIFE_INDEX.sort, ...LIFE_INDEX.include];

const inIndex = async (
  table: LedgerTable,
  { which, until, limit }: { which: string; until: Date; limit: number },
): Promise<readonly DatedLife[]> => {
  const condition = `#life = :life AND ${which}`;
  const query = {
    IndexName: LIFE_INDEX.name,
    KeyConditionExpression: condition,
    ExpressionAttributeNames: namesIn(condition),
    ExpressionAttributeValues: { ':life': LIVING, ':until': instant(until) },
  };
  const items: readonly Item[] = await queryItems(table, query, { limit });
  return items.map((item) => pick(item, LIFE) as unknown as DatedLife);
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbLives = (table: LedgerTable): Lives => ({
  dueBefore: async (request) => {
    const lives = await inIndex(table, { ...request, which: '#renewAt <= :until' });
    if (lives.length > 0) return { lives };
    const [next] = await inIndex(table, { ...request, which: '#renewAt > :until', limit: 1 });
    return next === undefined ? { lives } : { lives, next };
  },
  tell: async ({ life: { name, uid, versionId }, lateness }) => {
    // Unmet: another version is current, and on time.
    await update(table, {
      key: rowKey(name),
      fields: { told: { versionId, lateness } },
      when: '#uid = :uid AND #versionId = :versionId',
      values: { uid, versionId },
    });
  },
});
