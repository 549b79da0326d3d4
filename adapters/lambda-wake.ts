// Wakes the sweep at once, without waiting for it.
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { EvercertError } from '#core/errors.ts';
import type { SweepWaker } from '#core/ports.ts';

/** Asynchronous Invoke (InvocationType Event). Errors: AWS_UNAVAILABLE. */
export const lambdaWake = (options: { client: LambdaClient; functionName: string }): SweepWaker => ({
  async wake() {
    const command = new InvokeCommand({
      FunctionName: options.functionName,
      InvocationType: 'Event',
      Payload: JSON.stringify({ wokenBy: 'deploy' }),
    });
    try {
      await options.client.send(command);
    } catch (cause) {
      const action = 'lambda:InvokeFunction';
      throw new EvercertError('AWS_UNAVAILABLE', `${action} on ${options.functionName}: ${(cause as Error).message}`, {
        cause,
        detail: { action },
      });
    }
  },
});
