// The parts of `watchdog`. What speaks to people is loaded only when there is something to say.
import type { Names } from '#core/alarms/model.ts';
import { sweepPeriodMs } from '#core/settings.ts';
import type { Topic } from '#core/watchdog/ports.ts';
import type { WatchdogPorts } from '#core/watchdog/watchdog.ts';
import { dynamodbLastSweep } from '../dynamodb/last-sweep.ts';
import { dynamodbWatchdogMemory } from '../dynamodb/watchdog-memory.ts';
import { systemClock } from '../node-moment.ts';
import { SchedulerClient, schedulerLook } from '../scheduler-look.ts';
import { SQSClient, sqsDepth } from '../sqs-depth.ts';
import { once } from './once.ts';
import { ledger, PATIENT, type Surroundings } from './parts.ts';

const lateTopic = (topicArn: string): Topic => {
  const loaded = once(async () => {
    const late = await import('../sns-topic.ts');
    return late.snsTopic({ client: new late.SNSClient(PATIENT), topicArn });
  });
  return { tell: async (message) => (await loaded()).tell(message) };
};

export const composeWatchdog = ({
  settings,
  log,
}: Surroundings): { ports: WatchdogPorts; settings: { sweepPeriodMs: number; names: Names } } => {
  const { watched, alarmTopicArn = '', prefix, tableName } = settings;
  const table = ledger(settings);
  const ports: WatchdogPorts = {
    clock: systemClock,
    log,
    lastSweep: dynamodbLastSweep(table),
    schedule: schedulerLook({ client: new SchedulerClient(PATIENT), name: watched?.schedule ?? '' }),
    deadLetters: sqsDepth({ client: new SQSClient(PATIENT), queueUrl: watched?.deadLettersUrl ?? '' }),
    topic: lateTopic(alarmTopicArn),
    memory: dynamodbWatchdogMemory(table),
  };
  const names: Names = { service: prefix, table: tableName, ...watched };
  return { ports, settings: { sweepPeriodMs: sweepPeriodMs(settings), names } };
};
