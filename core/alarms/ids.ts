// The alarms by name, as the setting `alarms` switches them. It must never hold what they mean: functions that read the
// settings carry this list with them.

/** Of the whole deployment. */
export const SERVICE_ALARM_IDS = [
  'sweep-stopped',
  'expired',
  'overdue-critical',
  'overdue-warning',
  'certificates-failing',
  'issuer-outage',
  'throttled',
  'queue-stuck',
  'executions-lost',
  'dead-letters',
  'authority-ending',
  'secret-drifted',
  'watchdog-silent',
  'maintenance',
] as const;

/** Of each cluster. */
export const CLUSTER_ALARM_IDS = ['deliveries-lagging', 'delivery-dead-letters'] as const;

export const ALARM_IDS = [...SERVICE_ALARM_IDS, ...CLUSTER_ALARM_IDS] as const;

export type ServiceAlarmId = (typeof SERVICE_ALARM_IDS)[number];
export type ClusterAlarmId = (typeof CLUSTER_ALARM_IDS)[number];
export type AlarmId = (typeof ALARM_IDS)[number];
