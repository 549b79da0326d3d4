// Records of the table's stream as Lambda gives them (Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB"): which
// rows changed, and what they counted for before and after. It must never know a total.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { CountedRow, RowChange } from '#core/health/ports.ts';
import { shardOfPartition } from '#core/ledger-format.ts';
import { countedRowOf } from './counted-row.ts';

type Image = Readonly<Record<string, AttributeValue>>;

/** The parts that are read; times are seconds since 1970. */
export interface StreamRecord {
  readonly dynamodb: {
    readonly Keys: Image;
    readonly SequenceNumber: string;
    readonly ApproximateCreationDateTime: number;
    readonly OldImage?: Image;
    readonly NewImage?: Image;
  };
}

const counted = (image: Image | undefined): CountedRow | undefined =>
  image === undefined ? undefined : countedRowOf(unmarshall(image as Record<string, AttributeValue>));

/** Changes of rows; records of other items give none. */
export const rowChanges = (records: readonly StreamRecord[]): readonly RowChange[] =>
  records.flatMap(({ dynamodb }) => {
    const { Keys, SequenceNumber: sequence, ApproximateCreationDateTime: seconds, OldImage, NewImage } = dynamodb;
    const shard = shardOfPartition(Keys.pk?.S ?? '');
    if (shard === undefined) return [];
    const [before, after] = [counted(OldImage), counted(NewImage)];
    const sides = { ...(before && { before }), ...(after && { after }) };
    return [{ shard, sequence, at: new Date(seconds * 1_000), ...sides }];
  });
