// A synthesized template as it will be once deployed: intrinsic functions resolved to physical names and ARNs. It must
// never know what the resources are for.

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface Deployment {
  readonly template: Template;
  /** Logical id -> physical id (as DescribeStackResources gives it, or a chosen one); default: the logical id itself. */
  readonly physicalIds?: Readonly<Record<string, string>>;
  readonly account?: string;
  readonly region?: string;
}

type Arn = (id: string, at: string) => string;

/** ARN of each type from its physical id; `at` is `region:account`. */
const ARNS: Readonly<Record<string, Arn>> = {
  'AWS::CloudWatch::Alarm': (id, at) => `arn:aws:cloudwatch:${at}:alarm:${id}`,
  'AWS::DynamoDB::Table': (id, at) => `arn:aws:dynamodb:${at}:table/${id}`,
  'AWS::Events::EventBus': (id, at) => `arn:aws:events:${at}:event-bus/${id}`,
  'AWS::Events::Rule': (id, at) => `arn:aws:events:${at}:rule/${id}`,
  'AWS::IAM::Role': (id, at) => `arn:aws:iam::${at.split(':')[1]}:role/${id}`,
  'AWS::KMS::Key': (id, at) => `arn:aws:kms:${at}:key/${id}`,
  'AWS::Lambda::Function': (id, at) => `arn:aws:lambda:${at}:function:${id}`,
  'AWS::Logs::LogGroup': (id, at) => `arn:aws:logs:${at}:log-group:${id}:*`,
  'AWS::Scheduler::Schedule': (id, at) => `arn:aws:scheduler:${at}:schedule/default/${id}`,
  'AWS::SNS::Topic': (id, at) => `arn:aws:sns:${at}:${id}`,
  'AWS::SQS::Queue': (id, at) => `arn:aws:sqs:${at}:${id}`,
  'AWS::StepFunctions::StateMachine': (id, at) => `arn:aws:states:${at}:stateMachine:${id}`,
};
/** Their Ref is the ARN. */
const REF_IS_ARN = new Set(['AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine']);

const lastPart = (id: string): string => (id.startsWith('arn:') ? id.slice(id.lastIndexOf(':') + 1) : id);
/** A queue's physical id is its URL. */
const queueName = (id: string): string => (id.startsWith('http') ? id.slice(id.lastIndexOf('/') + 1) : id);

const isNode = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Gives the same value with Ref, Fn::GetAtt (Arn, Name), Fn::Join and pseudo parameters resolved; any other function throws. */
export const resolver = ({
  template,
  physicalIds = {},
  account = '000000000000',
  region = 'us-east-1',
}: Deployment) => {
  const at = `${region}:${account}`;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'Evercert',
  };
  const name = (logicalId: string): string => queueName(lastPart(physicalIds[logicalId] ?? logicalId));
  const type = (logicalId: string): string => {
    const found = template.Resources[logicalId]?.Type;
    if (found === undefined) throw new Error(`the template has no resource ${logicalId}`);
    return found;
  };
  const arn = (logicalId: string): string => {
    const make = ARNS[type(logicalId)];
    if (make === undefined) throw new Error(`no ARN is known for ${type(logicalId)} (${logicalId})`);
    return make(name(logicalId), at);
  };
  const ref = (id: string): string => pseudo[id] ?? (REF_IS_ARN.has(type(id)) ? arn(id) : name(id));
  const attribute = ([id, what]: [string, string]): string => {
    if (what === 'Arn') return arn(id);
    if (what === 'StreamArn') return `${arn(id)}/stream/2026-11-25T00:00:00.000`;
    if (what === 'Name' || what === 'TopicName' || what === 'QueueName' || what === 'GroupId') return name(id);
    throw new Error(`${id}.${what} is not known`);
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (!isNode(value)) return value;
    if (typeof value.Ref === 'string') return ref(value.Ref);
    if (value['Fn::GetAtt'] !== undefined) return attribute(value['Fn::GetAtt'] as [string, string]);
    if (value['Fn::Join'] !== undefined) {
      const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
      return parts.map((part) => String(resolve(part))).join(separator);
    }
    const other = Object.keys(value).find((key) => key.startsWith('Fn::'));
    if (other !== undefined) throw new Error(`${other} is not resolved here`);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one)]));
  };
  return { resolve, arn };
};

/** Resources of a type, by logical id. */
export const resourcesOf = (template: Template, type: string): [string, TemplateResource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
