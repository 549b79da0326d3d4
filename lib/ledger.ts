// The ledger's table, where the truth about everything in flight lies, and who may do what to it. It must never know
// an item's meaning: keys and indexes come from core/ledger-format.ts.
import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  CATALOGUE_KEY,
  COUNTERS_PARTITION,
  DUE_INDEX,
  FAILING_INDEX,
  LAGGING_INDEX,
  LAST_SWEEP_KEY,
  LIFE_INDEX,
  ROW_PREFIX,
  SIGNER_INDEX,
  TABLE_KEYS,
  targetPartition,
  WATCHDOG_KEY,
} from '#core/ledger-format.ts';
import { acknowledgeWildcards } from './acknowledge.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

/** Items of these partitions alone; `*` stands for anything. ForAllValues holds for a request without the key. */
const leading = (partitions: readonly string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});

/** The table, on demand, with point-in-time recovery; it outlives the stack. */
export class Ledger extends Construct {
  readonly table: Table;
  readonly #key: IKey;

  constructor(scope: Construct, id: string, props: { readonly key: IKey }) {
    super(scope, id);
    this.#key = props.key;
    this.table = new Table(this, 'Table', {
      partitionKey: string(TABLE_KEYS.partition),
      sortKey: string(TABLE_KEYS.sort),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      // What changes is counted (lib/tally.ts).
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: DUE_INDEX.name,
      partitionKey: string(DUE_INDEX.partition),
      sortKey: string(DUE_INDEX.sort),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...DUE_INDEX.include],
    });
    this.table.addGlobalSecondaryIndex({
      indexName: FAILING_INDEX.name,
      partitionKey: string(FAILING_INDEX.partition),
      sortKey: string(FAILING_INDEX.sort),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: SIGNER_INDEX.name,
      partitionKey: string(SIGNER_INDEX.partition),
      sortKey: string(SIGNER_INDEX.sort),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...SIGNER_INDEX.include],
    });
    this.table.addGlobalSecondaryIndex({
      indexName: LAGGING_INDEX.name,
      partitionKey: string(LAGGING_INDEX.partition),
      sortKey: string(LAGGING_INDEX.sort),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...LAGGING_INDEX.include],
    });
    this.table.addGlobalSecondaryIndex({
      indexName: LIFE_INDEX.name,
      partitionKey: string(LIFE_INDEX.partition),
      sortKey: string(LIFE_INDEX.sort),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...LIFE_INDEX.include],
    });
  }

  /** Items by key, in both directions, the claims at one name, and whom a CA certificate signs: what a journey needs. No scan. */
  allowJourney(role: IRole): void {
    this.#allowItems(role);
    this.#allowIndexes(role, SIGNER_INDEX);
    this.#allowKey(role);
  }

  /** Items, what is due, what fails, how late it is, and how far clusters are behind. */
  allowSweep(role: IRole): void {
    this.#allowItems(role);
    this.#allowIndexes(role, DUE_INDEX, FAILING_INDEX, LAGGING_INDEX, LIFE_INDEX);
    this.#allowKey(role);
  }

  /** Items are read, those of targets alone are written; and what a cluster's sync function has still to do. */
  allowSync(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LedgerRead',
        actions: ['dynamodb:GetItem', 'dynamodb:Query'],
        resources: [this.table.tableArn],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LedgerTargets',
        actions: ['dynamodb:PutItem'],
        resources: [this.table.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [targetPartition('*')] },
          // ForAllValues holds for a request without the key.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
    this.#allowIndexes(role, LAGGING_INDEX);
    this.#allowKey(role);
  }

  /** The last sweep is read; what the watchdog itself remembers is written. */
  allowWatchdog(role: IRole): void {
    for (const [sid, action, keys] of [
      ['LedgerLook', 'GetItem', [LAST_SWEEP_KEY.pk, WATCHDOG_KEY.pk]],
      ['LedgerMemory', 'PutItem', [WATCHDOG_KEY.pk]],
    ] as const)
      role.addToPrincipalPolicy(
        new PolicyStatement({
          sid,
          actions: [`dynamodb:${action}`],
          resources: [this.table.tableArn],
          // ForAllValues holds for a request without the key.
          conditions: {
            'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': keys },
            Null: { 'dynamodb:LeadingKeys': 'false' },
          },
        }),
      );
    this.#allowKey(role);
  }

  /** Follows the stream, reads rows, and writes the totals alone. */
  allowTally(role: IRole): void {
    for (const [sid, actions, keys] of [
      ['LedgerCount', ['Query'], [`${ROW_PREFIX}*`]],
      ['LedgerTotals', ['GetItem', 'PutItem', 'UpdateItem'], [COUNTERS_PARTITION]],
    ] as const)
      role.addToPrincipalPolicy(
        new PolicyStatement({
          sid,
          actions: actions.map((action) => `dynamodb:${action}`),
          resources: [this.table.tableArn],
          conditions: leading(keys),
        }),
      );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LedgerStream',
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [this.table.tableStreamArn ?? ''],
      }),
    );
    // It has no resource that could be named (Service Authorization Reference, Amazon DynamoDB).
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'ListStreams', actions: ['dynamodb:ListStreams'], resources: ['*'] }),
    );
    acknowledgeWildcards(role, { resources: ['*'], reason: 'ListStreams takes no resource, and Lambda asks for it.' });
    this.#allowKey(role);
  }

  /** The catalogue's item alone. */
  allowCatalogue(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LedgerCatalogue',
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        resources: [this.table.tableArn],
        conditions: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [CATALOGUE_KEY.pk] },
          // ForAllValues holds for a request without the key.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
    this.#allowKey(role);
  }

  #allowIndexes(role: IRole, ...indexes: readonly { readonly name: string }[]): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LedgerIndexes',
        actions: ['dynamodb:Query'],
        resources: indexes.map(({ name }) => `${this.table.tableArn}/index/${name}`),
      }),
    );
  }

  #allowItems(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LedgerItems',
        // A transaction is authorised by the actions of its parts.
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map(
          (action) => `dynamodb:${action}`,
        ),
        resources: [this.table.tableArn],
      }),
    );
  }

  /** DynamoDB uses the key in the caller's name. */
  #allowKey(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LedgerKey',
        actions: ['Decrypt', 'Encrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey'].map(
          (action) => `kms:${action}`,
        ),
        resources: [this.#key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
      }),
    );
  }
}
