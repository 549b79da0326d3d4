// The outputs of a deployed stack. It must never know what they are used for.
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EvercertError } from '#core/errors.ts';

/** CloudFormation's name of an output below a construct: its path and eight hexadecimal characters. */
const isCalled = (key: string, name: string): boolean => key.replace(/[0-9A-F]{8}$/, '').endsWith(name);

/**
 * The value of the output that a construct calls `name`; undefined: no such stack, or none in it. Errors: AWS_UNAVAILABLE
 * (also where it may not be asked, or nobody is signed in).
 */
export const stackOutput = async (
  client: CloudFormationClient,
  { stackName, name }: { readonly stackName: string; readonly name: string },
): Promise<string | undefined> => {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return Stacks[0]?.Outputs?.find(({ OutputKey = '' }) => isCalled(OutputKey, name))?.OutputValue;
  } catch (cause) {
    const { name: kind, message } = cause as Error;
    if (kind === 'ValidationError' && message.includes('does not exist')) return undefined;
    throw new EvercertError('AWS_UNAVAILABLE', `cloudformation:DescribeStacks of ${stackName}: ${kind}: ${message}`, {
      cause,
    });
  }
};
