// The watchdog's role, call by call; and that its schedule shares neither group nor role with what it watches.
import { describe, expect, it } from 'vitest';
import { simulate } from '#test/support/simulate.ts';
import { synthesize } from '#test/support/synth.ts';
import { resolver, resourcesOf } from '#test/support/template.ts';

const template = synthesize();
const idOf = (type: string, part: string): string => resourcesOf(template, type).find(([id]) => id.includes(part))![0];
const at = 'us-east-1:000000000000';
const TABLE = `arn:aws:dynamodb:${at}:table/${idOf('AWS::DynamoDB::Table', 'Ledger')}`;
const KEY = `arn:aws:kms:${at}:key/${idOf('AWS::KMS::Key', 'LedgerKey')}`;
const SCHEDULE = `arn:aws:scheduler:${at}:schedule/default/CertsScheduleB7303E39`;
const LETTERS = `arn:aws:sqs:${at}:CertsDeadLetters139BDD84`;
const TOPIC = `arn:aws:sns:${at}:CertsAlarmsTopicC8739353`;

type Row = [sentence: string, action: string, resource: string, context?: Record<string, string | readonly string[]>];
const keys = (...leading: string[]) => ({ 'dynamodb:LeadingKeys': leading });
const via = (service: string) => ({ 'kms:ViaService': `${service}.us-east-1.amazonaws.com` });
const judge = ([, action, resource, context]: Row) =>
  simulate({ template, functionName: 'watchdog', action, resource, ...(context === undefined ? {} : { context }) });

it.each<Row>([
  ['the last sweep is read', 'dynamodb:GetItem', TABLE, keys('sweep')],
  ['its own memory is read', 'dynamodb:GetItem', TABLE, keys('watchdog')],
  ['its own memory is written', 'dynamodb:PutItem', TABLE, keys('watchdog')],
  ['the ledger is decrypted', 'kms:Decrypt', KEY, via('dynamodb')],
  ['the schedule is looked at', 'scheduler:GetSchedule', SCHEDULE],
  ['the dead letters are counted', 'sqs:GetQueueAttributes', LETTERS],
  ['people are told', 'sns:Publish', TOPIC],
  ['the topic is encrypted', 'kms:GenerateDataKey', KEY, via('sns')],
])('allow: %s', async (...row) => {
  expect(await judge(row)).toBe('allowed');
});

it.each<Row>([
  ['no certificate is read', 'dynamodb:GetItem', TABLE, keys('cert#1')],
  ['nothing unnamed is read', 'dynamodb:GetItem', TABLE],
  ['the last sweep is not written', 'dynamodb:PutItem', TABLE, keys('sweep')],
  ['nothing is scanned', 'dynamodb:Scan', TABLE],
  ['no schedule is changed', 'scheduler:UpdateSchedule', SCHEDULE],
  ['no other schedule is looked at', 'scheduler:GetSchedule', SCHEDULE.replace('CertsSchedule', 'Other')],
  ['no letter is read', 'sqs:ReceiveMessage', LETTERS],
  ['no other topic is told', 'sns:Publish', TOPIC.replace('Certs', 'Other')],
  ['the key opens nothing else', 'kms:Decrypt', KEY, via('secretsmanager')],
  ['no function is called', 'lambda:InvokeFunction', `arn:aws:lambda:${at}:function:CertsSweepFunctionEB0D20B1`],
  [
    'no secret is read',
    'secretsmanager:GetSecretValue',
    `arn:aws:secretsmanager:${at}:secret:evercert/default/web-AbCdEf`,
  ],
])('deny: %s', async (...row) => {
  expect(await judge(row)).toBe('denied');
});

describe('its schedule', () => {
  const schedules = Object.fromEntries(
    resourcesOf(template, 'AWS::Scheduler::Schedule').map(([id, { Properties }]) => [
      id,
      resolver({ template }).resolve(Properties) as Record<string, unknown>,
    ]),
  );
  const own = Object.entries(schedules).find(([id]) => id.includes('Guard'))![1];
  const target = (of: Record<string, unknown>) => of.Target as { Arn: string; RoleArn: string };

  it('is every quarter of an hour, in a group and with a role of its own', () => {
    expect(own).toMatchObject({ ScheduleExpression: 'rate(15 minutes)', FlexibleTimeWindow: { Mode: 'OFF' } });
    const others = Object.values(schedules).filter((one) => one !== own);
    expect(own.GroupName).toMatch(/^CertsAlarmsGuard/);
    expect(others.map(({ GroupName }) => GroupName)).not.toContain(own.GroupName);
    expect(others.map((one) => target(one).RoleArn)).not.toContain(target(own).RoleArn);
    expect(target(own).Arn).toMatch(/CertsAlarmsGuardWatchdogFunction/);
  });
});
