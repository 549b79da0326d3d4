// The alarms of one cluster, made from the table. They must never ring for another cluster's sake.
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { CLUSTER_ALARM_IDS } from '#core/alarms/ids.ts';
import type { Names } from '#core/alarms/model.ts';
import { tells } from './service-alarms.ts';
import { type AlarmSettings, tableAlarm } from './table-alarm.ts';

export interface ClusterAlarmsProps {
  readonly settings: AlarmSettings;
  /** With the cluster's own queue and log. */
  readonly names: Names & { readonly cluster: string };
  readonly topic: ITopic;
}

/** Metrics are told apart by the dimensions Service = prefix and Cluster = its name. */
export class ClusterAlarms extends Construct {
  constructor(scope: Construct, id: string, { settings, names, topic }: ClusterAlarmsProps) {
    super(scope, id);
    for (const one of CLUSTER_ALARM_IDS) {
      const alarm = tableAlarm(this, one, { settings, names, nameEnd: `${names.cluster}-${one}` });
      if (alarm !== undefined) tells(alarm, { topic, settings, severity: 'warn' });
    }
  }
}
