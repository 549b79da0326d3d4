// The alarms as they are deployed: each rule of the table in CloudWatch's terms, whom they tell, and how they are switched.
import { describe, expect, it } from 'vitest';
import { ALARM_IDS, SERVICE_ALARM_IDS } from '#core/alarms/ids.ts';
import type { ServiceSettingsInput } from '#core/settings.ts';
import { type SynthRequest, synthesize } from '#test/support/synth.ts';
import { resolver, resourcesOf, type Template } from '#test/support/template.ts';

type Properties = Record<string, unknown>;

const cluster = { name: 'prod-eu', endpoint: 'https://x', certificateAuthorityData: 'Zm9v' };
const made = (settings: ServiceSettingsInput = {}, more: SynthRequest = {}): Template =>
  synthesize({ ...more, props: settings as SynthRequest['props'] & object });
const of = (template: Template, type: string): Record<string, Properties> =>
  Object.fromEntries(
    resourcesOf(template, type).map(([, { Properties: found }]) => {
      const properties = resolver({ template }).resolve(found) as Properties;
      return [String(properties.AlarmName), properties];
    }),
  );
const alarms = (template: Template) => of(template, 'AWS::CloudWatch::Alarm');
const composites = (template: Template) => of(template, 'AWS::CloudWatch::CompositeAlarm');

const template = made({ clusters: [cluster] });
const all = alarms(template);
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:CertsAlarmsTopicC8739353';

describe('each alarm of the table', () => {
  it('is made once, under a name that carries the stack and the prefix', () => {
    expect(Object.keys(all).sort()).toEqual(
      [
        ...SERVICE_ALARM_IDS.map((id) => `Evercert-evercert-${id}`),
        'Evercert-evercert-prod-eu-deliveries-lagging',
        'Evercert-evercert-prod-eu-delivery-dead-letters',
      ].sort(),
    );
  });

  it('says what it means, what still works, what to type and where to read on, in what CloudWatch takes', () => {
    for (const { AlarmDescription } of Object.values({ ...all, ...composites(template) })) {
      expect(AlarmDescription).toMatch(
        /^Evercert \(evercert\): .*Still works: .*Do: .*aws .*Runbook: docs\/runbook\.md#[a-z_]+$/,
      );
      expect(String(AlarmDescription).length).toBeLessThanOrEqual(1_024);
      expect(AlarmDescription).not.toMatch(/[{}]$|<[a-z]+[A-Z]?[a-z]*>/);
    }
  });

  it('names real things in the command', () => {
    expect(all['Evercert-evercert-sweep-stopped']?.AlarmDescription).toBe(
      'Evercert (evercert): No sweep has completed for two periods: nothing is issued or renewed any more. ' +
        'Still works: every certificate that is current, until its end: a third of its lifetime is left when it is due, half below ten days. ' +
        'Do: aws scheduler get-schedule --name CertsScheduleB7303E39 --query State; aws logs tail CertsSweepLogsD4313395 --since 1h ' +
        'Runbook: docs/runbook.md#sweep_stopped',
    );
  });
});

describe('the rules', () => {
  it('ring when no sweep has completed for two periods and a minute, also when nothing is heard at all', () => {
    expect(all['Evercert-evercert-sweep-stopped']).toMatchObject({
      Metrics: [
        { Expression: 'FILL(completed, 0)', ReturnData: true },
        {
          Id: 'completed',
          MetricStat: {
            Metric: {
              Namespace: 'Evercert',
              MetricName: 'SweepCompleted',
              Dimensions: [{ Name: 'Service', Value: 'evercert' }],
            },
            Period: 60,
            Stat: 'Sum',
          },
        },
      ],
      EvaluationPeriods: 11,
      DatapointsToAlarm: 11,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it('ring for a stopped sweep as early as the period asks, up to one hour', () => {
    const hourly = alarms(made({ sweepPeriodMinutes: 60 }));
    expect(hourly['Evercert-evercert-sweep-stopped']).toMatchObject({ EvaluationPeriods: 121 });
  });

  it('ring for the first certificate that is critically late or expired, and for nothing that is only late', () => {
    for (const [id, MetricName, EvaluationPeriods] of [
      ['expired', 'Expired', 1],
      ['overdue-critical', 'OverdueCritical', 1],
      ['overdue-warning', 'OverdueWarning', 2],
    ] as const)
      expect(all[`Evercert-evercert-${id}`]).toMatchObject({
        Namespace: 'Evercert',
        MetricName,
        Dimensions: [{ Name: 'Service', Value: 'evercert' }],
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'ignore',
      });
  });

  it('ring for a cluster that lags for a quarter of an hour, by its own dimension', () => {
    expect(all['Evercert-evercert-prod-eu-deliveries-lagging']).toMatchObject({
      MetricName: 'OldestDeliveryLagSeconds',
      Dimensions: [
        { Name: 'Cluster', Value: 'prod-eu' },
        { Name: 'Service', Value: 'evercert' },
      ],
      Threshold: 900,
      EvaluationPeriods: 3,
    });
  });

  it('stay within what CloudWatch evaluates: a day, for periods below an hour', () => {
    for (const { Period = 60, EvaluationPeriods } of Object.values(alarms(made({ sweepPeriodMinutes: 60 }))))
      expect(Number(Period) * Number(EvaluationPeriods)).toBeLessThanOrEqual(86_400);
  });
});

describe('whom they tell', () => {
  const { 'Evercert-evercert-page': page, 'Evercert-evercert-attention': attention } = composites(template);
  const arn = (id: string) => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${id}`;
  const ids = Object.fromEntries(
    resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([id, { Properties: found }]) => [
      String((resolver({ template }).resolve(found) as Properties).AlarmName),
      id,
    ]),
  );
  const rule = (...names: string[]) =>
    `(${names.map((name) => `ALARM("${arn(ids[`Evercert-evercert-${name}`]!)}")`).join(' OR ')})`;

  it('pages once, for what breaks or would not be known, but while maintenance is announced', () => {
    expect(page).toMatchObject({
      AlarmRule: rule('sweep-stopped', 'expired', 'overdue-critical'),
      ActionsSuppressor: arn(ids['Evercert-evercert-maintenance']!),
      ActionsSuppressorWaitPeriod: 10,
      ActionsSuppressorExtensionPeriod: 600,
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
    });
  });

  it('holds back what the outage of an issuer explains', () => {
    expect(attention).toMatchObject({
      AlarmRule: rule('overdue-warning', 'certificates-failing', 'throttled', 'queue-stuck'),
      ActionsSuppressor: arn(ids['Evercert-evercert-issuer-outage']!),
      AlarmActions: [TOPIC],
    });
  });

  it('tells each cause once: by its composite, or by itself', () => {
    const silent = Object.entries(all).flatMap(([name, { AlarmActions }]) =>
      AlarmActions === undefined ? [name] : [],
    );
    expect(silent.map((name) => name.replace('Evercert-evercert-', '')).sort()).toEqual([
      'certificates-failing',
      'expired',
      'maintenance',
      'overdue-critical',
      'overdue-warning',
      'queue-stuck',
      'sweep-stopped',
      'throttled',
    ]);
  });

  it('also sets off what the settings name, by severity', () => {
    const plan = 'arn:aws:ssm-incidents::111122223333:response-plan/night';
    const other = made({ alarmActions: { page: [plan] } });
    expect(composites(other)['Evercert-evercert-page']).toMatchObject({
      AlarmActions: [TOPIC, plan],
      OKActions: [TOPIC],
    });
    expect(alarms(other)['Evercert-evercert-secret-drifted']).toMatchObject({ AlarmActions: [TOPIC] });
  });

  it('can be held back by an alarm of the account', () => {
    const other = made({ suppressPagesBy: 'night-work' });
    expect(composites(other)['Evercert-evercert-page']).toMatchObject({
      ActionsSuppressor: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:night-work',
    });
  });
});

describe('the setting alarms', () => {
  it('switches them off one by one, out of their composite too', () => {
    const other = made({ alarms: { 'queue-stuck': 'off', expired: 'off' } });
    expect(Object.keys(alarms(other))).toHaveLength(SERVICE_ALARM_IDS.length - 2);
    expect(JSON.stringify(composites(other))).not.toMatch(/QueueStuck|Expired/);
  });

  it('gives another threshold', () => {
    const other = made({ alarms: { 'certificates-failing': { threshold: 3 } } });
    expect(alarms(other)['Evercert-evercert-certificates-failing']).toMatchObject({ Threshold: 3 });
  });

  it('can switch off all, and then there is no composite', () => {
    const other = made({ alarms: Object.fromEntries(ALARM_IDS.map((id) => [id, 'off' as const])) });
    expect([alarms(other), composites(other)]).toEqual([{}, {}]);
  });

  it('refuses an alarm that does not exist', () => {
    expect(() => made({ alarms: { 'sweep-stoped': 'off' } as never })).toThrow(/alarms/);
  });
});

describe('on the emulator', () => {
  it('each alarm that is left tells the topic by itself, because composites are refused', () => {
    const local = made({}, { context: { 'evercert:local': true } });
    expect(composites(local)).toEqual({});
    expect(alarms(local)['Evercert-evercert-expired']).toMatchObject({ AlarmActions: [TOPIC] });
    expect(alarms(local)['Evercert-evercert-sweep-stopped']).toBeUndefined();
  });
});
