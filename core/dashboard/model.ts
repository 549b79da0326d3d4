// A CloudWatch dashboard's body, as far as ours uses it, and what ours is made from. Pure.
// Source: CloudWatch API reference, "Dashboard body structure and syntax".

export type MetricRow = readonly (string | Readonly<Record<string, string | number | boolean>>)[];

export interface DashboardWidget {
  readonly type: 'metric' | 'alarm' | 'text' | 'custom';
  /** On a grid that is 24 wide. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface DashboardBody {
  readonly periodOverride: 'inherit' | 'auto';
  readonly start: string;
  readonly widgets: readonly DashboardWidget[];
}

/** Names of what is deployed; may hold tokens. */
export interface Deployed {
  readonly region: string;
  /** Setting `prefix`: the dimension Service. */
  readonly service: string;
  readonly widgetArn: string;
  readonly alarmArns: readonly string[];
  readonly functions: { readonly sweep: string; readonly advance: string };
  readonly stateMachineArn: string;
  readonly tableName: string;
  readonly deadLetters: string;
  readonly clusters: readonly { readonly name: string; readonly deadLetters: string }[];
  readonly runbook: readonly { readonly heading: string; readonly means: string }[];
}
