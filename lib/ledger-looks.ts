// Who may look at the ledger for people, and who may mark a row for them: no more than each needs, and the former writes nothing.
import { Aws } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  COUNTERS_PARTITION,
  FAILING_INDEX,
  historyPartition,
  LAGGING_INDEX,
  LAST_SWEEP_KEY,
  LIFE_INDEX,
  ROW_PREFIX,
  targetPartition,
} from '#core/ledger-format.ts';

const ROWS = `${ROW_PREFIX}*`;

const leading = (keys: readonly string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
  // ForAllValues holds for a request without the key.
  Null: { 'dynamodb:LeadingKeys': 'false' },
});

const onItems = (
  role: IRole,
  table: Table,
  given: { sid: string; actions: string[]; keys: readonly string[] },
): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      sid: given.sid,
      actions: given.actions.map((action) => `dynamodb:${action}`),
      resources: [table.tableArn],
      conditions: leading(given.keys),
    }),
  );
};

/** DynamoDB uses the key in the caller's name. */
const withKey = (role: IRole, table: Table, actions: readonly string[]): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'LedgerKey',
      actions: actions.map((action) => `kms:${action}`),
      resources: [table.encryptionKey!.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
    }),
  );
};

/** Rows, targets, histories, totals and the last sweep; and the indexes that name what is not well. Accounts, limits and challenges are no view. */
export const allowLook = (role: IRole, table: Table): void => {
  const keys = [ROWS, targetPartition('*'), historyPartition('*'), COUNTERS_PARTITION, LAST_SWEEP_KEY.pk];
  onItems(role, table, { sid: 'LedgerLook', actions: ['GetItem', 'Query'], keys });
  role.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'LedgerIndexes',
      actions: ['dynamodb:Query'],
      resources: [LIFE_INDEX, FAILING_INDEX, LAGGING_INDEX].map(({ name }) => `${table.tableArn}/index/${name}`),
    }),
  );
  withKey(role, table, ['Decrypt', 'DescribeKey']);
};

/** One conditional write of a row's mark. */
export const allowMarks = (role: IRole, table: Table): void => {
  onItems(role, table, { sid: 'LedgerMarks', actions: ['UpdateItem'], keys: [ROWS] });
  withKey(role, table, ['Decrypt', 'Encrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey']);
};
