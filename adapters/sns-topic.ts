// Messages to people: Publish of SNS. It must never know what they say.
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { EvercertError } from '#core/errors.ts';
import type { Topic } from '#core/watchdog/ports.ts';

export { SNSClient } from '@aws-sdk/client-sns';

const action = 'sns:Publish';

/** AWS_DENIED also where the key of an encrypted topic refuses. */
export const snsTopic = (options: { client: SNSClient; topicArn: string }): Topic => ({
  async tell({ subject, text }) {
    const command = new PublishCommand({ TopicArn: options.topicArn, Subject: subject, Message: text });
    try {
      await options.client.send(command);
    } catch (cause) {
      const { name, message } = cause as Error;
      const code = /AuthorizationError|KMSAccessDenied/.test(name) ? 'AWS_DENIED' : 'AWS_UNAVAILABLE';
      throw new EvercertError(code, `${action} on ${options.topicArn}: ${message}`, { cause, detail: { action } });
    }
  },
});
