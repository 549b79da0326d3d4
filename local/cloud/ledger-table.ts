// The ledger's table without CDK, where no stack is deployed: contract tests and the benchmark. It must stay what lib/ deploys: both read ledger-format.ts.
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { DUE_INDEX, FAILING_INDEX, LAGGING_INDEX, LIFE_INDEX, SIGNER_INDEX, TABLE_KEYS } from '#core/ledger-format.ts';

const keySchema = ({ partition, sort }: { readonly partition: string; readonly sort: string }) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

/** On-demand, with all indexes. */
export const createTableInput = (tableName: string): CreateTableCommandInput => ({
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: keySchema(TABLE_KEYS),
  AttributeDefinitions: [TABLE_KEYS, DUE_INDEX, FAILING_INDEX, SIGNER_INDEX, LAGGING_INDEX, LIFE_INDEX]
    .flatMap(({ partition, sort }) => [partition, sort])
    .map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
  GlobalSecondaryIndexes: [
    {
      IndexName: DUE_INDEX.name,
      KeySchema: keySchema(DUE_INDEX),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...DUE_INDEX.include] },
    },
    {
      IndexName: FAILING_INDEX.name,
      KeySchema: keySchema(FAILING_INDEX),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
    {
      IndexName: SIGNER_INDEX.name,
      KeySchema: keySchema(SIGNER_INDEX),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...SIGNER_INDEX.include] },
    },
    {
      IndexName: LAGGING_INDEX.name,
      KeySchema: keySchema(LAGGING_INDEX),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...LAGGING_INDEX.include] },
    },
    {
      IndexName: LIFE_INDEX.name,
      KeySchema: keySchema(LIFE_INDEX),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...LIFE_INDEX.include] },
    },
  ],
});
