// EventBus on EventBridge: one entry a fact. It must never know what a fact means.
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EvercertError } from '#core/errors.ts';
import { EVENT_SOURCE, type ResultEvent } from '#core/events.ts';
import type { EventBus } from '#core/ports.ts';

/** PutEvents takes entries of up to 256 KB, source and detail-type counted (API_PutEvents). */
const MAX_ENTRY_BYTES = 256 * 1024;

const busError = (thrown: unknown): EvercertError => {
  const error = thrown as Error & { $metadata?: unknown; code?: string };
  const told = { detail: { action: 'events:PutEvents' }, cause: thrown };
  const message = `events:PutEvents: ${error.name}: ${error.message}`;
  if (error.name === 'AccessDeniedException') return new EvercertError('AWS_DENIED', message, told);
  const fromOutside = error.$metadata !== undefined || error.code !== undefined || error.name === 'TimeoutError';
  return new EvercertError(
    fromOutside && error.name !== 'ValidationException' ? 'AWS_UNAVAILABLE' : 'INTERNAL',
    message,
    told,
  );
};

const entryOf = (event: ResultEvent, eventBusName: string) => {
  const Detail = JSON.stringify(event.detail);
  const bytes = Buffer.byteLength(Detail) + Buffer.byteLength(event.detailType) + Buffer.byteLength(EVENT_SOURCE);
  if (bytes > MAX_ENTRY_BYTES)
    throw new EvercertError('INTERNAL', `event ${event.detail.id}: ${bytes} bytes, the bus takes ${MAX_ENTRY_BYTES}`);
  return { EventBusName: eventBusName, Source: EVENT_SOURCE, DetailType: event.detailType, Time: event.at, Detail };
};

/** Errors: AWS_UNAVAILABLE (also an entry that was not taken), AWS_DENIED, INTERNAL (an entry over 256 KB). Safe to repeat: subscribers see `detail.id` again. */
export const eventBridgeBus = (bus: { client: EventBridgeClient; eventBusName: string }): EventBus => ({
  publish: async (event) => {
    const command = new PutEventsCommand({ Entries: [entryOf(event, bus.eventBusName)] });
    const answer = await bus.client.send(command).catch((thrown: unknown) => {
      throw busError(thrown);
    });
    if ((answer.FailedEntryCount ?? 0) === 0) return;
    const refused = answer.Entries?.[0];
    const why = `${refused?.ErrorCode ?? 'no code'}: ${refused?.ErrorMessage ?? 'no message'}`;
    throw new EvercertError('AWS_UNAVAILABLE', `event ${event.detail.id} was not taken: ${why}`, {
      detail: { action: 'events:PutEvents' },
    });
  },
});
