// Executions of one certificate as Step Functions tells them. It must never start or stop one.
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
} from '@aws-sdk/client-sfn';
import type { Cloud } from '#local/cloud/options.ts';

export interface SeenExecution {
  readonly arn: string;
  readonly run: number;
  readonly status: string;
  /** Only of one that failed. */
  readonly error?: string;
}

const seen = ({ executionArn, input, status, error }: DescribeExecutionCommandOutput): SeenExecution => ({
  arn: executionArn!,
  run: (JSON.parse(input!) as { run: number }).run,
  status: status!,
  ...(error === undefined ? {} : { error }),
});

/** Those of `namespace/name`, by run. */
export const executionsOf = async (
  { directClients, outputs }: Cloud,
  name: string,
): Promise<readonly SeenExecution[]> => {
  const { sfn } = directClients;
  const request = { stateMachineArn: outputs.stateMachineArn, maxResults: 1_000 };
  const { executions = [] } = await sfn.send(new ListExecutionsCommand(request));
  const own = executions.filter((one) => one.name!.startsWith(`${name.replace('/', '-')}-`));
  const described = own.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn })));
  return (await Promise.all(described)).map(seen).sort((a, b) => a.run - b.run);
};

/** Whether the newest execution sits in a Wait state: no function runs for it. */
export const isWaiting = async (cloud: Cloud, name: string): Promise<boolean> => {
  const newest = (await executionsOf(cloud, name)).at(-1);
  if (newest === undefined) return false;
  const request = new GetExecutionHistoryCommand({ executionArn: newest.arn });
  const { events = [] } = await cloud.directClients.sfn.send(request);
  return events.at(-1)?.type === 'WaitStateEntered';
};
