// How much lies in a dead-letter queue: GetQueueAttributes. It must never read or remove a message.
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { EvercertError } from '#core/errors.ts';
import type { DeadLetterDepth } from '#core/watchdog/ports.ts';

export { SQSClient } from '@aws-sdk/client-sqs';

const action = 'sqs:GetQueueAttributes';

export const sqsDepth = (options: { client: SQSClient; queueUrl: string }): DeadLetterDepth => ({
  async depth() {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const command = new GetQueueAttributesCommand({ QueueUrl: options.queueUrl, AttributeNames });
    try {
      const { Attributes } = await options.client.send(command);
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    } catch (cause) {
      const { name, message } = cause as Error;
      const code = /AccessDenied/.test(name) ? 'AWS_DENIED' : 'AWS_UNAVAILABLE';
      throw new EvercertError(code, `${action}: ${message}`, { cause, detail: { action } });
    }
  },
});
