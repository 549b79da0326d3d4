// Evercert as one construct: `new EvercertService(this, 'Certs', { declarations, zones, ... })`. It wires what the other
// rooms of lib/ make, and must never hold a rule about certificates.
import { basename } from 'node:path';
import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Catalogue } from '#core/declaration/model.ts';
import type {
  ClusterSettingsInput,
  RuntimeSettingsInput,
  ServiceSettings,
  ServiceSettingsInput,
} from '#core/settings.ts';
import { Measured } from './alarms/metrics.ts';
import { ServiceAlarms } from './alarms/service-alarms.ts';
import { bundleFunctions, eachFunction, type FunctionName } from './bundle.ts';
import { CertificateSecrets } from './certificate-secrets.ts';
import { Clusters } from './clusters.ts';
import { CertificatesDashboard } from './dashboard.ts';
import { deadLetterQueue } from './dead-letters.ts';
import { loadDeclarations } from './declarations.ts';
import { DeployWake } from './deploy-wake.ts';
import { allowClearing, allowSolving } from './dns-grants.ts';
import { EksTarget } from './eks-target.ts';
import { Engine } from './engine.ts';
import { EvercertFunction } from './function.ts';
import { Ledger } from './ledger.ts';
import { Notifications } from './notifications.ts';
import { allowPrivateCas } from './private-ca-grants.ts';
import { ResultBus } from './result-bus.ts';
import { SweepSchedule } from './schedule.ts';
import { readSettings, toldOf } from './settings.ts';
import { Tally } from './tally.ts';

type FunctionCode = Readonly<Record<FunctionName, Code>> & {
  /** Differs where the code differs. */
  readonly name: string;
};

export interface EvercertServiceProps extends Omit<ServiceSettingsInput, 'clusters'> {
  /** Clusters that certificates are delivered to: EksTarget, or plain settings as in cdk.json. */
  readonly clusters?: readonly (EksTarget | ClusterSettingsInput)[] | undefined;
  /** A folder of cert-manager YAML (errors: Refused), or what was read from one. */
  readonly declarations: string | Catalogue;
  /** Where alarms go; default: a topic of its own, `alarms.topic`. */
  readonly alarmTopic?: ITopic;
  /** Default: `lambdas/` in one bundle, with the catalogue. */
  readonly code?: FunctionCode;
  /** Told to the functions alone, as the local cloud needs it (`dnsServers`). */
  readonly runtime?: Partial<RuntimeSettingsInput>;
}

const ADVANCE_TIMEOUT = Duration.minutes(2);

/** A whole Evercert. Everything that holds keys or truth outlives it. */
export class EvercertService extends Measured {
  readonly ledger: Ledger;
  readonly secrets: CertificateSecrets;
  readonly results: ResultBus;
  readonly engine: Engine;
  readonly alarms: ServiceAlarms;
  readonly sweep: EvercertFunction;
  readonly advance: EvercertFunction;
  readonly deployed: EvercertFunction;
  readonly clusters: Clusters;
  readonly tally: Tally;
  readonly notifications: Notifications;
  /** Missing where the setting `dashboard` is off. */
  readonly dashboard: CertificatesDashboard | undefined;
  protected readonly service: string;
  readonly #settings: ServiceSettings;

  constructor(scope: Construct, id: string, props: EvercertServiceProps) {
    super(scope, id);
    const { declarations, alarmTopic, code: given, runtime, clusters = [], ...settings } = props;
    const targets = clusters.map(EksTarget.from);
    this.#settings = readSettings({ ...settings, clusters: targets.map((one) => one.settings(Stack.of(this))) });
    const { prefix, secretReaders, replicas } = this.#settings;
    this.service = prefix;
    const catalogue = this.#catalogue(declarations);
    const code = given ?? bundled(catalogue);
    const key = this.#ledgerKey();
    this.ledger = new Ledger(this, 'Ledger', { key });
    this.secrets = new CertificateSecrets(this, 'Secrets', { prefix, secretReaders, replicas });
    this.results = new ResultBus(this, 'Results', { prefix });
    const told = {
      ...toldOf(this.#settings),
      tableName: this.ledger.table.tableName,
      eventBusName: this.results.bus.eventBusName,
      ...runtime,
    };
    this.advance = this.#advance(code, told);
    allowPrivateCas(this.advance.role, catalogue, this.#settings);
    const advance = this.advance.function;
    this.engine = new Engine(this, 'Engine', { advance, advanceTimeout: ADVANCE_TIMEOUT, settings: this.#settings });
    const letters = deadLetterQueue(this, 'DeadLetters');
    this.sweep = this.#sweep(code, told, letters);
    this.secrets.allowLook(this.sweep.role, catalogue);
    for (const { role } of [this.advance, this.sweep]) this.secrets.allowSharing(role);
    this.results.allowAnnounce(this.sweep.role);
    this.deployed = this.#deployed(code, told, letters);
    const counting = { ledger: this.ledger, deadLetters: letters, settings: this.#settings, told };
    this.tally = new Tally(this, 'Tally', { ...counting, code: code.tally });
    const { wake, schedule } = this.#wakers({ letters, catalogueHash: catalogue.hash, codeName: code.name });
    const watching = { settings: this.#settings, names: this.#names({ letters, schedule }), key, topic: alarmTopic };
    this.alarms = new ServiceAlarms(this, 'Alarms', {
      ...watching,
      watch: { code: code.watchdog, told, ledger: this.ledger, schedule, deadLetters: letters },
    });
    const { ledger, secrets, results } = this;
    const wired = { settings: this.#settings, catalogue, ledger, secrets, results, topic: this.alarms.topic };
    this.clusters = new Clusters(this, 'Clusters', { ...wired, targets, code: code.sync, told });
    const seen = { settings: this.#settings, code, told, shown: this, deadLetters: letters };
    this.dashboard =
      this.#settings.dashboard === 'off' ? undefined : new CertificatesDashboard(this, 'Dashboard', seen);
    this.notifications = new Notifications(this, 'Notifications', { ...counting, key, results, code: code.digest });
    // What the woken sweep brings about is announced once: who is to hear of it must be there.
    wake.node.addDependency(this.clusters, this.notifications);
    this.#outputs();
  }

  /** Every certificate's secret, with its key: nothing else, and no write. */
  grantRead(role: IRole): void {
    this.secrets.allowRead(role, { ofTheirNamespace: false });
  }

  /** Warnings of the declarations show at synth and deploy. */
  #catalogue(declarations: string | Catalogue): Catalogue {
    if (typeof declarations !== 'string') return declarations;
    const { catalogue, warnings } = loadDeclarations(declarations, this.#settings);
    warnings.forEach((warning, index) => {
      Annotations.of(this).addWarningV2(`evercert:declarations:${index + 1}`, warning);
    });
    return catalogue;
  }

  /** Of the ledger and the alarm topic. Retained with the table, which cannot be read without it. */
  #ledgerKey(): Key {
    return new Key(this, 'LedgerKey', {
      description: `Evercert: ledger of ${this.#settings.prefix}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  #advance(code: FunctionCode, told: RuntimeSettingsInput): EvercertFunction {
    const advance = new EvercertFunction(this, 'Advance', {
      name: 'advance',
      description: 'Evercert: carries one certificate on, as far as it goes without waiting',
      code: code.advance,
      memoryMb: 512,
      timeout: ADVANCE_TIMEOUT,
      settings: this.#settings,
      told: { ...told, secretsKmsKeyArn: this.secrets.key.keyArn },
    });
    this.ledger.allowJourney(advance.role);
    this.secrets.allowJourney(advance.role);
    this.results.allowAnnounce(advance.role);
    allowSolving(advance.role, this.#settings);
    return advance;
  }

  #sweep(code: FunctionCode, told: RuntimeSettingsInput, letters: IQueue): EvercertFunction {
    const minutes = this.#settings.sweepPeriodMinutes;
    const sweep = new EvercertFunction(this, 'Sweep', {
      name: 'sweep',
      description: 'Evercert: reconciles the declarations and starts what is due',
      code: code.sweep,
      memoryMb: 512,
      // Over before the next tick: a sweep that runs on would be taken for one that has stopped (alarms.ts).
      timeout: Duration.minutes(Math.min(minutes, 4)),
      settings: this.#settings,
      told: {
        ...told,
        stateMachineArn: this.engine.stateMachine.stateMachineArn,
        secretsKmsKeyArn: this.secrets.key.keyArn,
      },
    });
    this.ledger.allowSweep(sweep.role);
    this.engine.allowStart(sweep.role);
    allowClearing(sweep.role, this.#settings);
    // Not retried: the next tick does the same work, and a pile of retries would only meet it.
    sweep.lettersTo(letters, { maxAge: Duration.minutes(minutes), retries: 0 });
    return sweep;
  }

  #deployed(code: FunctionCode, told: RuntimeSettingsInput, letters: IQueue): EvercertFunction {
    const deployed = new EvercertFunction(this, 'Deployed', {
      name: 'deployed',
      description: 'Evercert: tells the ledger what a deploy wants, and wakes the sweep',
      code: code.deployed,
      memoryMb: 256,
      timeout: Duration.minutes(1),
      settings: this.#settings,
      told: { ...told, sweepFunctionName: this.sweep.function.functionName },
    });
    this.ledger.allowCatalogue(deployed.role);
    this.sweep.allowCall(deployed.role);
    deployed.lettersTo(letters, { maxAge: Duration.minutes(5), retries: 2 });
    return deployed;
  }

  /** What calls the sweep: the schedule, and each deploy. */
  #wakers(woken: { letters: IQueue; catalogueHash: string; codeName: string }) {
    const { letters, catalogueHash, codeName } = woken;
    const sweep = this.sweep.function;
    const schedule = new SweepSchedule(this, 'Schedule', { sweep, deadLetters: letters, settings: this.#settings });
    const after = [this.sweep, this.engine, schedule];
    const wake = new DeployWake(this, 'Wake', { deployed: this.deployed.function, catalogueHash, codeName, after });
    return { wake, schedule };
  }

  /** As the alarms' texts and rules mention them. */
  #names({ letters, schedule }: { letters: IQueue; schedule: SweepSchedule }) {
    return {
      service: this.#settings.prefix,
      table: this.ledger.table.tableName,
      schedule: schedule.scheduleName,
      sweepLog: this.sweep.function.logGroup.logGroupName,
      advanceLog: this.advance.function.logGroup.logGroupName,
      machine: this.engine.stateMachine.stateMachineArn,
      deadLetters: letters.queueName,
      deadLettersUrl: letters.queueUrl,
    };
  }

  #outputs(): void {
    const outputs = {
      TableName: this.ledger.table.tableName,
      EventBusName: this.results.bus.eventBusName,
      StateMachineArn: this.engine.stateMachine.stateMachineArn,
      SweepFunctionName: this.sweep.function.functionName,
      AlarmTopicArn: this.alarms.topic.topicArn,
      SecretsKeyArn: this.secrets.key.keyArn,
      DnsRoleToTrust: this.advance.role.roleArn,
      JanitorRoleToTrust: this.sweep.role.roleArn,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

const bundled = (catalogue: Catalogue): FunctionCode => {
  const folders = bundleFunctions({ catalogue });
  return { ...eachFunction((name) => Code.fromAsset(folders[name])), name: basename(folders.sweep) };
};
