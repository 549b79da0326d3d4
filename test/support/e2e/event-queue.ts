// A queue behind the result bus, as somebody who listens would have it. It must never know what the events mean.
// SQS is asked by plain JSON requests (AWS JSON 1.0): one client less to install.
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import type { Cloud } from '#local/cloud/options.ts';

export interface HeardEvent {
  readonly 'detail-type': string;
  readonly source: string;
  readonly detail: Readonly<Record<string, unknown>> & { readonly id: string; readonly certificate: string };
}

export interface EventQueue {
  /** Everything heard so far, in no order. */
  heard(): Promise<readonly HeardEvent[]>;
}

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0';

const ask = async (endpoint: string, action: string, body: object): Promise<Record<string, unknown>> => {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AmazonSQS.${action}`,
    authorization: AUTHORIZATION,
  };
  const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
};

/** Hears every event of ours from now on. */
export const listen = async (cloud: Cloud): Promise<EventQueue> => {
  const { endpoint } = cloud.emulator;
  const { QueueUrl } = await ask(endpoint, 'CreateQueue', { QueueName: 'heard' });
  const attributes = await ask(endpoint, 'GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] });
  const { QueueArn: Arn } = attributes.Attributes as Record<string, string>;
  const rule = { Name: 'heard', EventBusName: cloud.outputs.eventBusName };
  const { events } = cloud.directClients;
  await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['evercert'] }) }));
  await events.send(
    new PutTargetsCommand({ Rule: rule.Name, EventBusName: rule.EventBusName, Targets: [{ Id: 'queue', Arn }] }),
  );
  const all = new Map<string, HeardEvent>();
  return {
    heard: async () => {
      for (;;) {
        const { Messages = [] } = await ask(endpoint, 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
        const messages = Messages as { MessageId: string; ReceiptHandle: string; Body: string }[];
        if (messages.length === 0) return [...all.values()];
        for (const { MessageId, ReceiptHandle, Body } of messages) {
          all.set(MessageId, JSON.parse(Body) as HeardEvent);
          await ask(endpoint, 'DeleteMessage', { QueueUrl, ReceiptHandle });
        }
      }
    },
  };
};
