// The synthesized template: what must hold of every deployment, and the two variants (AWS, local cloud).
import { describe, expect, it } from 'vitest';
import { EMULATOR_GAPS } from '#lib/emulator-gaps.ts';
import { synthesize } from '#test/support/synth.ts';
import { resolver, resourcesOf, type Template, type TemplateResource } from '#test/support/template.ts';

const template = synthesize();
const { resolve } = resolver({ template });

const all = (type: string): Record<string, unknown>[] =>
  resourcesOf(template, type).map(([, { Properties }]) => resolve(Properties ?? {}) as Record<string, unknown>);
const one = (type: string): Record<string, unknown> => {
  const found = all(type);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const policyOf = (type: string, part: string): unknown =>
  resourcesOf(template, type).find(([id]) => id.includes(part))?.[1].DeletionPolicy;
const logicalIds = (of: Template): string[] => Object.keys(of.Resources).sort();

describe('the ledger', () => {
  const table = one('AWS::DynamoDB::Table');

  it('is on demand, recoverable to any point in time, and cannot be deleted by accident', () => {
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('is encrypted with a key of its own', () => {
    expect(table.SSESpecification).toEqual({
      SSEEnabled: true,
      SSEType: 'KMS',
      KMSMasterKeyId: 'arn:aws:kms:us-east-1:000000000000:key/CertsLedgerKey419AAC06',
    });
  });

  it('has string keys and the five sparse indexes', () => {
    expect(table.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(table.AttributeDefinitions).toEqual(
      [
        ['pk', 'sk', 'dueShard', 'nextActionAt', 'failingShard', 'failingAt'],
        ['signer', 'name', 'lagCluster', 'tryAt', 'life', 'renewAt'],
      ]
        .flat()
        .map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    );
    expect(table.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'dueShard', KeyType: 'HASH' },
          { AttributeName: 'nextActionAt', KeyType: 'RANGE' },
        ],
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: [
            ['name', 'uid', 'run', 'endedRun', 'notAfter', 'failures'],
            ['startAt', 'ariAt', 'checkAt', 'pastWindow'],
          ].flat(),
        },
      },
      {
        IndexName: 'failing',
        KeySchema: [
          { AttributeName: 'failingShard', KeyType: 'HASH' },
          { AttributeName: 'failingAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'signer',
        KeySchema: [
          { AttributeName: 'signer', KeyType: 'HASH' },
          { AttributeName: 'name', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['uid'] },
      },
      {
        IndexName: 'lagging',
        KeySchema: [
          { AttributeName: 'lagCluster', KeyType: 'HASH' },
          { AttributeName: 'tryAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['target', 'waitingSince'] },
      },
      {
        IndexName: 'life',
        KeySchema: [
          { AttributeName: 'life', KeyType: 'HASH' },
          { AttributeName: 'renewAt', KeyType: 'RANGE' },
        ],
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: ['name', 'uid', 'notBefore', 'notAfter', 'versionId', 'issuer', 'told'],
        },
      },
    ]);
  });

  it('never lets an item expire', () => {
    expect(table).not.toHaveProperty('TimeToLiveSpecification');
  });
});

describe('what is removed with the stack', () => {
  it.each([
    ['AWS::DynamoDB::Table', 'Ledger'],
    ['AWS::KMS::Key', 'LedgerKey'],
    ['AWS::KMS::Key', 'SecretsKey'],
    ['AWS::Logs::LogGroup', 'SweepLogs'],
    ['AWS::Logs::LogGroup', 'AdvanceLogs'],
    ['AWS::Logs::LogGroup', 'DeployedLogs'],
    ['AWS::Logs::LogGroup', 'TallyLogs'],
    ['AWS::Logs::LogGroup', 'WatchdogLogs'],
    ['AWS::Logs::LogGroup', 'WidgetLogs'],
    ['AWS::Logs::LogGroup', 'DigestLogs'],
  ])('%s %s stays', (type, part) => {
    expect(policyOf(type, part)).toBe('Retain');
  });

  it('everything else goes', () => {
    const staying = Object.entries(template.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain');
    expect(staying).toHaveLength(10);
    expect(policyOf('AWS::Logs::LogGroup', 'EngineLogs')).toBe('Delete');
  });

  it('what stays also survives its replacement', () => {
    for (const { DeletionPolicy, UpdateReplacePolicy } of Object.values(template.Resources)) {
      if (DeletionPolicy === 'Retain') expect(UpdateReplacePolicy).toBe('Retain');
    }
  });
});

describe('keys, queues and topic', () => {
  it('every key rotates', () => {
    expect(all('AWS::KMS::Key').map(({ EnableKeyRotation }) => EnableKeyRotation)).toEqual([true, true]);
  });

  it('the queue is encrypted, keeps two weeks, and is reached by TLS only', () => {
    expect(one('AWS::SQS::Queue')).toEqual({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    expect(JSON.stringify(one('AWS::SQS::QueuePolicy'))).toContain('"aws:SecureTransport":"false"');
  });

  it('the topics are encrypted, are reached by TLS only, and CloudWatch may use both key and topic of the alarms', () => {
    const key = 'arn:aws:kms:us-east-1:000000000000:key/CertsLedgerKey419AAC06';
    expect(all('AWS::SNS::Topic').map(({ KmsMasterKeyId }) => KmsMasterKeyId)).toEqual([key, key]);
    const policies = all('AWS::SNS::TopicPolicy').map((policy) => JSON.stringify(policy));
    expect(policies.map((policy) => policy.includes('"aws:SecureTransport":"false"'))).toEqual([true, true]);
    expect(policies.map((policy) => policy.includes('cloudwatch.amazonaws.com'))).toEqual([true, false]);
    const keyPolicy = JSON.stringify(
      all('AWS::KMS::Key').find(({ Description }) => String(Description).includes('ledger')),
    );
    expect(keyPolicy).toContain('cloudwatch.amazonaws.com');
  });
});

describe('the functions', () => {
  const functions = all('AWS::Lambda::Function');

  it('are on Node 24 and arm64', () => {
    expect(functions.map(({ Runtime, Architectures }) => [Runtime, Architectures])).toEqual(
      functions.map(() => ['nodejs24.x', ['arm64']]),
    );
  });

  it('have explicit memory and time limits', () => {
    const limits = Object.fromEntries(
      functions.map(({ Handler, MemorySize, Timeout }) => [Handler, [MemorySize, Timeout]]),
    );
    expect(limits).toEqual({
      'advance.handler': [512, 120],
      'sweep.handler': [512, 240],
      'deployed.handler': [256, 60],
      'tally.handler': [256, 300],
      'watchdog.handler': [256, 60],
      'widget.handler': [512, 40],
      'digest.handler': [512, 120],
    });
  });

  it('end a sweep before the next one begins', () => {
    const minutely = resourcesOf(synthesize({ props: { sweepPeriodMinutes: 1 } }), 'AWS::Lambda::Function');
    expect(minutely.find(([id]) => id.includes('Sweep'))?.[1].Properties?.Timeout).toBe(60);
  });

  it('are told three things, none of them secret', () => {
    for (const { Environment, Handler } of functions) {
      const { Variables } = Environment as { Variables: Record<string, string> };
      expect(Object.keys(Variables).sort()).toEqual(['AWS_SDK_UA_APP_ID', 'EVERCERT_SETTINGS', 'NODE_OPTIONS']);
      expect(Variables.AWS_SDK_UA_APP_ID).toBe(`evercert-${String(Handler).replace('.handler', '')}`);
      expect(Variables.NODE_OPTIONS).toBe('--enable-source-maps');
      expect(Object.keys(JSON.parse(Variables.EVERCERT_SETTINGS!))).not.toContain('secret');
    }
  });

  it('are told the deployed names', () => {
    const told = (handler: string): unknown => {
      const found = functions.find(({ Handler }) => Handler === handler)!;
      return JSON.parse((found.Environment as { Variables: Record<string, string> }).Variables.EVERCERT_SETTINGS!);
    };
    const shared = {
      prefix: 'evercert',
      tableName: 'CertsLedgerTableDF78C1D9',
      eventBusName: 'CertsResultsBus7CD1C0AA',
    };
    expect(told('sweep.handler')).toMatchObject({
      ...shared,
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:CertsEngineStateMachineB4B3006E',
    });
    expect(told('advance.handler')).toMatchObject({
      ...shared,
      secretsKmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/CertsSecretsKey6C8B90FF',
    });
    expect(told('deployed.handler')).toMatchObject({ ...shared, sweepFunctionName: 'CertsSweepFunctionEB0D20B1' });
  });

  it('have a role each, without managed policies', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role');
    expect(roles.map(([id]) => id).sort()).toHaveLength(13);
    for (const [, { Properties }] of roles) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('keep their logs as long as is set', () => {
    expect(all('AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays)).toEqual(
      Array.from({ length: 8 }, () => 90),
    );
  });

  it('lay down asynchronous calls that fail', () => {
    const onFailure = { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:CertsDeadLetters139BDD84' } };
    const laid = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig').map(([id, { Properties }]) => {
      const {
        MaximumEventAgeInSeconds: age,
        MaximumRetryAttempts: retries,
        DestinationConfig,
      } = resolve(Properties) as {
        MaximumEventAgeInSeconds: number;
        MaximumRetryAttempts: number;
        DestinationConfig: unknown;
      };
      expect(DestinationConfig).toEqual(onFailure);
      return [/Certs(?:Notifications|Alarms)?([A-Z][a-z]+)/.exec(id)![1]!, age, retries];
    });
    expect(laid.sort()).toEqual([
      ['Deployed', 300, 2],
      ['Digest', 21_600, 2],
      ['Sweep', 300, 0],
      ['Tally', 3_600, 2],
    ]);
  });
});

describe('the engine', () => {
  const machine = one('AWS::StepFunctions::StateMachine');
  const definition = JSON.parse(machine.DefinitionString as string);

  it('logs errors without data, and traces', () => {
    expect(machine).toMatchObject({
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('calls advance, waits until the time that it names, and calls again', () => {
    expect(definition).toEqual({
      Comment: 'Evercert: carries one certificate through one run',
      TimeoutSeconds: 86_400,
      StartAt: 'Advance',
      States: {
        Advance: {
          Type: 'Task',
          Resource: 'arn:aws:lambda:us-east-1:000000000000:function:CertsAdvanceFunction69C0A6A0',
          TimeoutSeconds: 150,
          Retry: [
            {
              ErrorEquals: [
                'Lambda.ServiceException',
                'Lambda.AWSLambdaException',
                'Lambda.SdkClientException',
                'Lambda.ClientExecutionTimeoutException',
                'Lambda.TooManyRequestsException',
                'Lambda.Unknown',
              ],
              IntervalSeconds: 2,
              BackoffRate: 2,
              MaxAttempts: 6,
              MaxDelaySeconds: 60,
              JitterStrategy: 'FULL',
            },
          ],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Lost' }],
          Next: 'Until?',
        },
        'Until?': {
          Type: 'Choice',
          Choices: [
            {
              And: [
                { Variable: '$.until', IsPresent: true },
                { Variable: '$.until', IsTimestamp: true },
              ],
              Next: 'Wait',
            },
          ],
          Default: 'Done',
        },
        Wait: { Type: 'Wait', TimestampPath: '$.until', Next: 'Advance' },
        Done: { Type: 'Succeed' },
        Lost: { Type: 'Fail', Error: 'EVERCERT_ADVANCE_LOST', Cause: expect.stringContaining('lease') },
      },
    });
  });
});

describe('the schedule', () => {
  const scheduleOf = (of: Template) =>
    resolver({ template: of }).resolve(
      resourcesOf(of, 'AWS::Scheduler::Schedule').find(([id]) => id.startsWith('CertsSchedule'))![1].Properties,
    );

  it('wakes the sweep every five minutes, at once, and keeps ticks that are lost', () => {
    expect(scheduleOf(template)).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:lambda:us-east-1:000000000000:function:CertsSweepFunctionEB0D20B1',
        DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:CertsDeadLetters139BDD84' },
        RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 3 },
      },
    });
  });

  it('is as often as is set, in the grammar of Scheduler', () => {
    expect(scheduleOf(synthesize({ props: { sweepPeriodMinutes: 1 } }))).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
    });
  });
});

describe('a deploy', () => {
  it('wakes the sweep after everything that the sweep needs', () => {
    const [, wake] = resourcesOf(template, 'Custom::EvercertDeployed')[0]!;
    expect(resolve(wake.Properties)).toEqual({
      ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:CertsDeployedFunction64AB215C',
      ServiceTimeout: '300',
      catalogueHash: 'a'.repeat(64),
      code: 'inline',
    });
    const { DependsOn } = wake as unknown as { DependsOn: string[] };
    expect(DependsOn).toEqual(
      expect.arrayContaining([
        'CertsSweepFunctionEB0D20B1',
        'CertsSweepRoleDefaultPolicyE3DB5A6A',
        'CertsEngineStateMachineB4B3006E',
      ]),
    );
  });

  it('replaces nothing that holds keys or truth: logical ids stay as they are', () => {
    const kept = logicalIds(template).filter(
      (id) => !/^Certs(Alarms(?!Topic)|Notifications(?!Topic)|Dashboard|Tally)/.test(id),
    );
    expect(kept).toEqual([
      'CertsAdvanceFunction69C0A6A0',
      'CertsAdvanceLogs206BA30C',
      'CertsAdvanceRoleDefaultPolicy5BA19001',
      'CertsAdvanceRoleEFA1FA29',
      'CertsAlarmsTopicC8739353',
      'CertsAlarmsTopicPolicyF859B114',
      'CertsDeadLetters139BDD84',
      'CertsDeadLettersPolicy3EE3CF88',
      'CertsDeployedAsyncCalls096A3100',
      'CertsDeployedFunction64AB215C',
      'CertsDeployedLogs2AC62A0C',
      'CertsDeployedRoleCF56ADD1',
      'CertsDeployedRoleDefaultPolicy44AF6C61',
      'CertsEngineLogsA1BEFC2A',
      'CertsEngineRoleDefaultPolicy5353D6FC',
      'CertsEngineRoleFD0677AA',
      'CertsEngineStateMachineB4B3006E',
      'CertsLedgerKey419AAC06',
      'CertsLedgerTableDF78C1D9',
      'CertsNotificationsTopicB5DE5410',
      'CertsNotificationsTopicPolicyFB59B855',
      'CertsResultsBus7CD1C0AA',
      'CertsScheduleB7303E39',
      'CertsScheduleRole868BE9AE',
      'CertsScheduleRoleDefaultPolicyC1DEA8F9',
      'CertsSecretsKey6C8B90FF',
      'CertsSweepAsyncCalls392AB144',
      'CertsSweepFunctionEB0D20B1',
      'CertsSweepLogsD4313395',
      'CertsSweepRole5048EA43',
      'CertsSweepRoleDefaultPolicyE3DB5A6A',
      'CertsWakeDeployedC60BAE74',
    ]);
  });
});

describe('the order of resources', () => {
  /** Logical ids named anywhere inside a resource, by Ref, Fn::GetAtt or DependsOn. */
  const namedIn = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(namedIn);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => {
      if (key === 'Ref') return [String(inner)];
      if (key === 'Fn::GetAtt') return [String((inner as unknown[])[0])];
      return key === 'DependsOn' ? [inner].flat().map(String) : namedIn(inner);
    });
  };

  it('has no circle, which CloudFormation would refuse', () => {
    const waiting = new Map(
      Object.entries(template.Resources).map(([id, resource]) => [
        id,
        namedIn(resource).filter((named) => named in template.Resources && named !== id),
      ]),
    );
    for (let before = -1; before !== waiting.size; ) {
      before = waiting.size;
      for (const [id, named] of waiting) if (!named.some((one) => waiting.has(one))) waiting.delete(id);
    }
    expect([...waiting.keys()]).toEqual([]);
  });
});

describe('the local variant', () => {
  const local = synthesize({ context: { 'evercert:local': 'true' } });

  it('leaves out exactly what the emulator refuses', () => {
    const missing = logicalIds(template).filter((id) => !(id in local.Resources));
    expect(missing).toEqual([
      'CertsAlarmsAttention6A549419',
      'CertsAlarmsPageBF162850',
      'CertsAlarmsQueueStuck358084DA',
      'CertsAlarmsSweepStoppedE6893DA6',
      'CertsAlarmsWatchdogSilent3ED65AA9',
    ]);
    expect(Object.keys(EMULATOR_GAPS)).toEqual([
      'AWS::CloudWatch::Alarm.Metrics',
      'AWS::CloudWatch::CompositeAlarm',
      'AWS::EKS::AccessEntry',
      'AWS::EKS::PodIdentityAssociation',
    ]);
    expect(logicalIds(local).filter((id) => !(id in template.Resources))).toEqual([]);
  });

  it('is the same in everything else, but that what a composite would tell is told by each alarm', () => {
    const rule = ({ Type, Properties, ...rest }: TemplateResource) => {
      // The dashboard shows the alarms that there are.
      const { AlarmActions: _alarm, OKActions: _ok, DashboardBody: _body, ...others } = Properties ?? {};
      return Type.startsWith('AWS::CloudWatch::') ? others : { Type, Properties, ...rest };
    };
    for (const [id, resource] of Object.entries(local.Resources))
      expect(rule(resource)).toEqual(rule(template.Resources[id]!));
  });
});

describe('settings', () => {
  it('refuse a zone id that is none', () => {
    expect(() => synthesize({ props: { zones: [{ id: 'example.com' }] } })).toThrow(/a hosted zone id looks like/);
  });

  it('refuse a setting that does not exist', () => {
    const props = { sweepPeriod: 5 } as object;
    expect(() => synthesize({ props })).toThrow(/sweepPeriod/);
  });

  it('keep a role with twenty named zones within what IAM takes', () => {
    const zones = Array.from({ length: 20 }, (_, n) => ({
      id: `Z0123456789ABCDEFGH${n}`,
      name: `zone-number-${n}.example.com`,
    }));
    const large = synthesize({ props: { zones } });
    const policy = resourcesOf(large, 'AWS::IAM::Policy').find(([id]) => id.includes('AdvanceRole'))![1].Properties;
    const size = JSON.stringify(resolver({ template: large }).resolve(policy?.PolicyDocument)).replace(
      /\s/g,
      '',
    ).length;
    expect(size).toBeLessThan(10_240);
  });
});
