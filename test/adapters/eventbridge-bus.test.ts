// EventBus on EventBridge: what is sent, and what is made of refusals.
import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { eventBridgeBus } from '#adapters/eventbridge-bus.ts';
import type { ResultEvent } from '#core/events.ts';

const event: ResultEvent = {
  detailType: 'Evercert Certificate Issued',
  at: new Date('2026-11-25T10:00:00.000Z'),
  detail: { schema: 1, id: 'record-1', certificate: 'shop/web' },
};

const busThat = (answer: () => object) => {
  const sent: unknown[] = [];
  const send = async (command: PutEventsCommand) => {
    sent.push(command.input);
    return answer();
  };
  return { sent, bus: eventBridgeBus({ client: { send } as unknown as EventBridgeClient, eventBusName: 'evercert' }) };
};

describe('the event bus', () => {
  it('sends one entry with the source, the type, the time and the detail', async () => {
    const { bus, sent } = busThat(() => ({ FailedEntryCount: 0 }));
    await bus.publish(event);
    expect(sent).toEqual([
      {
        Entries: [
          {
            EventBusName: 'evercert',
            Source: 'evercert',
            DetailType: 'Evercert Certificate Issued',
            Time: new Date('2026-11-25T10:00:00.000Z'),
            Detail: '{"schema":1,"id":"record-1","certificate":"shop/web"}',
          },
        ],
      },
    ]);
  });

  it('throws AWS_UNAVAILABLE when the entry was not taken', async () => {
    const { bus } = busThat(() => ({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'Throttled', ErrorMessage: 'slow' }],
    }));
    await expect(bus.publish(event)).rejects.toMatchObject({
      code: 'AWS_UNAVAILABLE',
      message: 'event record-1 was not taken: Throttled: slow',
    });
  });

  it.each([
    ['AccessDeniedException', 'AWS_DENIED'],
    ['InternalException', 'AWS_UNAVAILABLE'],
    ['ValidationException', 'INTERNAL'],
  ])('makes of %s the code %s', async (name, code) => {
    const { bus } = busThat(() => {
      throw Object.assign(new Error('words'), { name, $metadata: {} });
    });
    await expect(bus.publish(event)).rejects.toMatchObject({ code, detail: { action: 'events:PutEvents' } });
  });

  it('refuses an entry over 256 KB before it is sent', async () => {
    const { bus, sent } = busThat(() => ({}));
    const large = { ...event, detail: { ...event.detail, message: 'x'.repeat(262_144) } };
    await expect(bus.publish(large)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(sent).toEqual([]);
  });
});
