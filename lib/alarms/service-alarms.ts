// The alarms of a whole deployment, made from the table, with whom they tell. It must never alarm per certificate: names
// come with the events and in the sweep's log.
import type { Alarm, AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { COMPOSITES, type CompositeId } from '#core/alarms/composites.ts';
import { type AlarmId, SERVICE_ALARM_IDS } from '#core/alarms/ids.ts';
import { ALARMS } from '#core/alarms/table.ts';
import type { ServiceSettings } from '#core/settings.ts';
import { isLeftOut } from '../emulator-gaps.ts';
import type { EvercertFunction } from '../function.ts';
import { compositeAlarm } from './composites.ts';
import { type AlarmSettings, tableAlarm } from './table-alarm.ts';
import { alarmTopic } from './topic.ts';
import { Watchdog, type WatchdogProps } from './watchdog.ts';

export interface ServiceAlarmsProps {
  readonly settings: ServiceSettings;
  /** What is deployed, as alarms name it. */
  readonly names: WatchdogProps['names'];
  /** Encrypts the topic where we make it. */
  readonly key: IKey;
  /** Where alarms go; default: a topic of our own, without subscribers yet. */
  readonly topic?: ITopic | undefined;
  /** What the watchdog is made of, and looks at. */
  readonly watch: Pick<WatchdogProps, 'code' | 'told' | 'ledger' | 'schedule' | 'deadLetters'>;
}

/** Tells the topic, and what the settings name for the severity, when it begins and when it is over. */
export const tells = (
  alarm: AlarmBase,
  { topic, settings, severity }: { topic: ITopic; settings: AlarmSettings; severity: 'page' | 'warn' },
): void => {
  const actions = [
    new SnsAction(topic),
    ...settings.alarmActions[severity].map((arn) => ({ bind: () => ({ alarmActionArn: arn }) })),
  ];
  alarm.addAlarmAction(...actions);
  alarm.addOkAction(new SnsAction(topic));
};

/** Metrics are aggregates of the whole deployment, told apart by the dimension Service = prefix. */
export class ServiceAlarms extends Construct {
  readonly topic: ITopic;
  /** Those that are switched on, and that the emulator does not refuse. */
  readonly all: ReadonlyMap<AlarmId, Alarm>;
  readonly watchdog: EvercertFunction;

  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    const { settings, key, watch } = props;
    this.topic = props.topic ?? alarmTopic(this, 'Topic', key);
    const told = { topic: this.topic, key: props.topic === undefined ? key : undefined };
    this.watchdog = new Watchdog(this, 'Guard', { ...watch, ...told, settings, names: props.names }).watchdog;
    const names = { ...props.names, watchdogLog: this.watchdog.function.logGroup.logGroupName };
    const made = SERVICE_ALARM_IDS.flatMap((one) => {
      const alarm = tableAlarm(this, one, { settings, names });
      return alarm === undefined ? [] : [[one, alarm] as const];
    });
    this.all = new Map(made);
    const composites = this.#composites(settings);
    for (const [one, alarm] of made) this.#tell(one, alarm, { settings, composites });
  }

  #composites(settings: AlarmSettings): ReadonlySet<CompositeId> {
    if (isLeftOut(this, 'AWS::CloudWatch::CompositeAlarm')) return new Set();
    const made = (Object.keys(COMPOSITES) as CompositeId[]).filter((id) => {
      const composite = compositeAlarm(this, id, { alarms: this.all, settings });
      if (composite === undefined) return false;
      tells(composite, { topic: this.topic, settings, severity: COMPOSITES[id].severity });
      return true;
    });
    return new Set(made);
  }

  /** What is part of a composite is told by that alone: one message a cause. */
  #tell(id: AlarmId, alarm: Alarm, given: { settings: AlarmSettings; composites: ReadonlySet<CompositeId> }): void {
    const { severity } = ALARMS[id];
    if (severity === 'none') return;
    if ([...given.composites].some((composite) => COMPOSITES[composite].of.includes(id))) return;
    tells(alarm, { topic: this.topic, settings: given.settings, severity });
  }
}
