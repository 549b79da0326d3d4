// The dashboard in CloudWatch, the function that draws on it and reads only, and, by setting, the one that obeys its buttons. It
// must never give the first what the second may.
import { Aws, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AlarmBase, CfnDashboard, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { ALARMS } from '#core/alarms/table.ts';
import { dashboardBody } from '#core/dashboard/body.ts';
import type { Deployed } from '#core/dashboard/model.ts';
import type { RuntimeSettingsInput, ServiceSettings } from '#core/settings.ts';
import type { Clusters } from './clusters.ts';
import type { Engine } from './engine.ts';
import { EvercertFunction } from './function.ts';
import type { Ledger } from './ledger.ts';
import { allowLook, allowMarks } from './ledger-looks.ts';

export interface CertificatesDashboardProps {
  readonly settings: ServiceSettings;
  readonly code: { readonly widget: Code; readonly act: Code };
  readonly told: RuntimeSettingsInput;
  /** What is deployed, with all its alarms. */
  readonly shown: IConstruct & {
    readonly ledger: Ledger;
    readonly sweep: EvercertFunction;
    readonly advance: EvercertFunction;
    readonly engine: Engine;
    readonly clusters: Clusters;
  };
  readonly deadLetters: IQueue;
}

/** An alarm widget shows a hundred. */
const MOST_ALARMS = 100;

/** Composites first: they are the ones that call. */
const alarmsOf = (shown: IConstruct): readonly AlarmBase[] => {
  const all = shown.node.findAll().filter((one) => one instanceof AlarmBase);
  const isOfMany = (alarm: AlarmBase): boolean => alarm instanceof CompositeAlarm;
  return [...all.filter(isOfMany), ...all.filter((alarm) => !isOfMany(alarm))].slice(0, MOST_ALARMS);
};

const TIMEOUT = Duration.seconds(40);

export class CertificatesDashboard extends Construct {
  readonly dashboardName: string;
  readonly widget: EvercertFunction;
  /** Only with the setting `dashboardActions`. */
  readonly act: EvercertFunction | undefined;

  constructor(scope: Construct, id: string, props: CertificatesDashboardProps) {
    super(scope, id);
    const { settings } = props;
    this.act = settings.dashboardActions ? this.#act(props) : undefined;
    this.widget = this.#widget(props);
    // The names of dashboards are the account's, not the stack's.
    this.dashboardName = `Evercert-${settings.prefix.replace(/[^A-Za-z0-9_-]/g, '-')}-${Stack.of(this).stackName}`;
    const body = dashboardBody(this.#deployed(props));
    new CfnDashboard(this, 'Dashboard', {
      dashboardName: this.dashboardName,
      dashboardBody: Stack.of(this).toJsonString(body),
    });
    new CfnOutput(this, 'DashboardName', { value: this.dashboardName });
    if (this.act !== undefined) new CfnOutput(this, 'ActFunctionArn', { value: this.act.function.functionArn });
  }

  /** Whoever looks calls the widget's function in his own name. */
  grantLook(role: IRole): void {
    this.widget.allowCall(role);
  }

  #deployed({ settings, shown, deadLetters }: CertificatesDashboardProps): Deployed {
    return {
      region: Aws.REGION,
      service: settings.prefix,
      widgetArn: this.widget.function.functionArn,
      alarmArns: alarmsOf(shown).map(({ alarmArn }) => alarmArn),
      functions: { sweep: shown.sweep.function.functionName, advance: shown.advance.function.functionName },
      stateMachineArn: shown.engine.stateMachine.stateMachineArn,
      tableName: shown.ledger.table.tableName,
      deadLetters: deadLetters.queueName,
      clusters: shown.clusters.all.map((one) => ({ name: one.cluster.name, deadLetters: one.deadLetters.queueName })),
      runbook: Object.values(ALARMS)
        .filter(({ severity }) => severity === 'page')
        .map(({ heading, means }) => ({ heading, means })),
    };
  }

  #widget({ settings, code, told, shown }: CertificatesDashboardProps): EvercertFunction {
    const widget = new EvercertFunction(this, 'Widget', {
      name: 'widget',
      description: 'Evercert: draws the certificates on the dashboard; reads only',
      code: code.widget,
      memoryMb: 512,
      timeout: TIMEOUT,
      settings,
      told: this.act === undefined ? told : { ...told, actFunctionArn: this.act.function.functionArn },
    });
    allowLook(widget.role, shown.ledger.table);
    return widget;
  }

  #act({ settings, code, told, shown }: CertificatesDashboardProps): EvercertFunction {
    const act = new EvercertFunction(this, 'Act', {
      name: 'act',
      description: "Evercert: obeys the dashboard's buttons, in the name of whoever presses them",
      code: code.act,
      memoryMb: 256,
      timeout: TIMEOUT,
      settings,
      told,
    });
    allowMarks(act.role, shown.ledger.table);
    return act;
  }
}
