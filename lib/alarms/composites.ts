// The two composite alarms: `page` wakes somebody, once, whatever ails; `attention` holds back what an issuer's outage
// explains. It must never hold back a page for an outage: critical is critical.
import { Duration } from 'aws-cdk-lib';
import { Alarm, AlarmRule, CompositeAlarm, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { COMPOSITES, type CompositeId, compositeText } from '#core/alarms/composites.ts';
import type { AlarmId } from '#core/alarms/ids.ts';
import { type AlarmSettings, alarmName } from './table-alarm.ts';

export type Alarms = ReadonlyMap<AlarmId, Alarm>;

const suppressorOf = (scope: Construct, id: CompositeId, { alarms, settings }: Given): IAlarm | undefined => {
  if (id === 'page' && settings.suppressPagesBy !== undefined)
    return Alarm.fromAlarmName(scope, 'SuppressedBy', settings.suppressPagesBy);
  return alarms.get(COMPOSITES[id].suppressor);
};

interface Given {
  readonly alarms: Alarms;
  readonly settings: AlarmSettings;
}

/** undefined: all of its alarms are switched off. */
export const compositeAlarm = (scope: Construct, id: CompositeId, given: Given): CompositeAlarm | undefined => {
  const { alarms, settings } = given;
  const { waitSeconds, extensionMinutes } = COMPOSITES[id];
  const children = COMPOSITES[id].of.flatMap((child) => alarms.get(child) ?? []);
  if (children.length === 0) return undefined;
  const suppressor = suppressorOf(scope, id, given);
  return new CompositeAlarm(scope, id === 'page' ? 'Page' : 'Attention', {
    compositeAlarmName: alarmName(scope, settings, id),
    alarmDescription: compositeText(id, { service: settings.prefix }),
    alarmRule: AlarmRule.anyOf(...children),
    ...(suppressor === undefined
      ? {}
      : {
          actionsSuppressor: suppressor,
          actionsSuppressorWaitPeriod: Duration.seconds(waitSeconds),
          actionsSuppressorExtensionPeriod: Duration.minutes(extensionMinutes),
        }),
  });
};
