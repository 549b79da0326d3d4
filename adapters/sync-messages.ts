// A batch of a cluster's queue: result events as EventBridge lays them into SQS. It says which certificates they are about,
// and which messages must come again. It must never know what is done for them.
import { DETAIL_TYPES, EVENT_SOURCE } from '#core/events.ts';

/** Of an SQS event, as Lambda gives it (Lambda developer guide, "Using Lambda with Amazon SQS"). */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
}

/** Lambda's answer with ReportBatchItemFailures: these come again, and end in the dead-letter queue. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

interface Told {
  readonly messageId: string;
  /** `wake`: targets are due; undefined: nobody can read it. */
  readonly about: { readonly certificate: string } | 'wake' | undefined;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const eventOf = (body: string): Readonly<Record<string, unknown>> => {
  try {
    return fieldsOf(JSON.parse(body));
  } catch {
    return {};
  }
};

const read = ({ messageId, body }: QueuedMessage): Told => {
  const { source, detail, ...event } = eventOf(body);
  const { schema, certificate } = fieldsOf(detail);
  if (source !== EVENT_SOURCE || schema !== 1) return { messageId, about: undefined };
  if (event['detail-type'] === DETAIL_TYPES.lagging) return { messageId, about: 'wake' };
  return { messageId, about: typeof certificate === 'string' ? { certificate } : undefined };
};

export interface Batch {
  /** Each once. */
  readonly certificates: readonly string[];
  readonly wake: boolean;
  /** Message ids of what is no event of ours. */
  readonly unreadable: readonly string[];
  /** What must come again: the unreadable ones, and those of these certificates. */
  readonly answer: (unfinished: readonly string[]) => BatchAnswer;
}

/** Reads a whole batch; never throws. */
export const readBatch = (messages: readonly QueuedMessage[]): Batch => {
  const told = messages.map(read);
  const certificateOf = ({ about }: Told): string[] => (typeof about === 'object' ? [about.certificate] : []);
  const isAgain = (one: Told, unfinished: readonly string[]): boolean =>
    one.about === undefined || certificateOf(one).some((certificate) => unfinished.includes(certificate));
  return {
    certificates: [...new Set(told.flatMap(certificateOf))],
    wake: told.some(({ about }) => about === 'wake'),
    unreadable: told.flatMap(({ about, messageId }) => (about === undefined ? [messageId] : [])),
    answer: (unfinished) => ({
      batchItemFailures: told
        .filter((one) => isAgain(one, unfinished))
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    }),
  };
};
