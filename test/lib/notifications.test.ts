// What is deployed so that people hear of facts: a topic, rules with readable text, and the weekly digest.
import { describe, expect, it } from 'vitest';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf, type Template } from '#test/support/template.ts';

type Rule = {
  readonly EventPattern: { readonly 'detail-type': readonly string[] };
  readonly Targets: readonly {
    readonly InputTransformer?: { readonly InputTemplate: string };
    readonly DeadLetterConfig?: object;
    readonly RoleArn?: object;
  }[];
};
const rulesOf = (template: Template): Rule[] =>
  resourcesOf(template, 'AWS::Events::Rule')
    .filter(([id]) => id.includes('Notifications'))
    .map(([, resource]) => resource.Properties as unknown as Rule);
const schedulesOf = (template: Template) =>
  resourcesOf(template, 'AWS::Scheduler::Schedule')
    .filter(([id]) => id.includes('Digest'))
    .map(([, resource]) => resource.Properties);

const usual = synthesize();
const ARN = 'arn:aws:sns:eu-west-1:111122223333:people';

describe('by default', () => {
  it('an encrypted topic of its own is told, as text of several lines, by a role, and what is not told is kept', () => {
    const rules = rulesOf(usual);
    expect(rules.map(({ EventPattern }) => EventPattern['detail-type'])).toEqual([
      ['Evercert Certificate Failed'],
      [
        'Evercert Certificate Overdue',
        'Evercert Certificate Approaching Expiration',
        'Evercert Certificate Expired',
        'Evercert Certificate Drifted',
        'Evercert Certificate Not Delivered',
      ],
    ]);
    for (const { Targets } of rules) {
      expect(Targets).toHaveLength(1);
      expect(Targets[0]).toMatchObject({ RoleArn: expect.anything(), DeadLetterConfig: expect.anything() });
      expect(Targets[0]!.InputTransformer!.InputTemplate).toMatch(
        /^"Evercert \(evercert\): <title>"\n"What: <what>"\n/,
      );
    }
    const [topic] = resourcesOf(usual, 'AWS::SNS::Topic').filter(([id]) => id.includes('Notifications'));
    expect(topic![1].Properties).toMatchObject({ KmsMasterKeyId: expect.anything() });
  });

  it('the digest comes on Monday at eight, UTC', () => {
    expect(schedulesOf(usual)).toMatchObject([
      { ScheduleExpression: 'cron(0 8 ? * MON *)', ScheduleExpressionTimezone: 'UTC' },
    ]);
  });
});

describe('by setting', () => {
  it('another topic is told, fewer facts are, and the digest comes when it is wanted', () => {
    const digest = { day: 'FRI', hour: 16, timeZone: 'Europe/Berlin' } as const;
    const template = synthesize({ props: { notifications: { facts: ['expired'], topicArn: ARN }, digest } });
    expect(rulesOf(template)).toMatchObject([
      { EventPattern: { 'detail-type': ['Evercert Certificate Expired'] }, Targets: [{ Arn: ARN }] },
    ]);
    expect(resourcesOf(template, 'AWS::SNS::Topic').filter(([id]) => id.includes('Notifications'))).toEqual([]);
    expect(schedulesOf(template)).toMatchObject([
      { ScheduleExpression: 'cron(0 16 ? * FRI *)', ScheduleExpressionTimezone: 'Europe/Berlin' },
    ]);
  });

  it('nobody is told of anything, and there is no digest', () => {
    const template = synthesize({ props: { notifications: { facts: [] }, digest: 'off' } });
    expect(rulesOf(template)).toEqual([]);
    expect(schedulesOf(template)).toEqual([]);
    expect(resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) => id.includes('Digest'))).toEqual([]);
  });

  it('a fact that nobody is told of, and an hour that does not exist, are refused', () => {
    expect(() => synthesize({ props: { notifications: { facts: ['issued' as 'failed'] } } })).toThrow(/notifications/);
    expect(() => synthesize({ props: { digest: { hour: 24 } } })).toThrow(/digest/);
  });
});
