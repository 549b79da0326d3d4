// The rules and the mail's template on an emulator's EventBridge and SNS: what concerns people arrives as text, and nothing else.
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventBridgeBus } from '#adapters/eventbridge-bus.ts';
import { resultEvent } from '#core/events.ts';
import { mailTransformer, patternsFor } from '#core/facts/notification.ts';
import { NOTIFIED } from '#core/facts/notified.ts';
import { crossingEvent } from '#core/health/crossings.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import { type Emulator, emulatorCredentials, startMinistack } from '#test/support/emulators.ts';

const BUS = 'default';
let emulator: Emulator;
let events: EventBridgeClient;
let sns: SNSClient;
let sqs: SQSClient;
let QueueUrl = '';

beforeAll(async () => {
  emulator = await startMinistack();
  const config = { endpoint: emulator.url, ...emulatorCredentials };
  events = new EventBridgeClient(config);
  sns = new SNSClient(config);
  sqs = new SQSClient(config);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'people' }));
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'mailbox' }))).QueueUrl!;
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { QueueArn } = (await sqs.send(asked)).Attributes!;
  const Attributes = { RawMessageDelivery: 'true' };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: QueueArn, Attributes }));
  const { paths, template } = mailTransformer({ service: 'evercert' });
  const InputTransformer = { InputPathsMap: { ...paths }, InputTemplate: template };
  for (const [Name, { detailType, ...pattern }] of Object.entries(patternsFor(NOTIFIED))) {
    const EventPattern = JSON.stringify({ ...pattern, 'detail-type': detailType });
    await events.send(new PutRuleCommand({ Name, EventPattern, EventBusName: BUS }));
    const Targets = [{ Id: 'people', Arn: TopicArn!, InputTransformer }];
    await events.send(new PutTargetsCommand({ Rule: Name, EventBusName: BUS, Targets }));
  }
});
afterAll(async () => {
  for (const client of [events, sns, sqs]) client.destroy();
  await emulator.stop();
});

const outcome = (id: string, record: Partial<OutcomeRecord>) =>
  resultEvent(
    {
      id,
      name: 'web/pay',
      uid: 'u',
      at: '2026-11-25T10:00:03.250Z',
      kind: 'failed',
      generation: 1,
      revision: 1,
      ...record,
    },
    { secretName: 'evercert/web/pay' },
  );

const arrived = async (): Promise<string | undefined> => {
  const request = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 1 });
  return (await sqs.send(request)).Messages?.[0]?.Body;
};

it('brings what will not heal by itself and what is late, as lines of text, and leaves the rest out', async () => {
  const bus = eventBridgeBus({ client: events, eventBusName: BUS });
  const life = {
    name: 'web/pay',
    uid: 'u',
    versionId: 'v',
    issuer: 'Issuer/le',
    notBefore: '2026-11-01T00:00:00.000Z',
  };
  const dates = { renewAt: '2026-12-01T00:00:00.000Z', notAfter: '2026-12-31T00:00:00.000Z' };
  await bus.publish(outcome('first-try', { code: 'CA_UNREACHABLE', message: 'no answer', class: 'step', count: 2 }));
  await bus.publish(outcome('issued', { kind: 'issued' }));
  await bus.publish(
    outcome('third-try', { code: 'CA_UNREACHABLE', message: 'says "no"\n\\', class: 'step', count: 3 }),
  );
  const third = await arrived();
  expect(third?.split('\n')).toHaveLength(7);
  expect(third).toContain(`"What: says 'no' /"`);
  expect(third).toContain('event third-try"');
  await bus.publish(outcome('a-person', { code: 'CAA_FORBIDS', message: 'forbidden', class: 'human', count: 1 }));
  expect(await arrived()).toContain('event a-person"');
  await bus.publish(
    crossingEvent({ life: { ...life, ...dates }, lateness: 'expired' }, new Date('2026-12-31T00:05:00.000Z')),
  );
  expect(await arrived()).toContain('Evercert Certificate Expired');
});
