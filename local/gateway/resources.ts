// What a call touches and which permissions it needs, read from its path and body. It must never keep values: names and ids only.
import { normalName } from '../dns/presentation.ts';
import type { CallResource } from './calls.ts';
import { parseChanges } from './change-batch.ts';
import { type CallIdentity, isForm, type SeenRequest } from './identify.ts';

export interface Touched {
  resource: CallResource;
  permissions: string[];
}

type Json = Record<string, unknown>;

/** Names what the call touches; a body that cannot be read gives nothing more than the action. */
export function touchedBy(identity: CallIdentity, request: SeenRequest): Touched {
  const resource = compact(hints(identity, request));
  const [service, operation] = [identity.service, identity.action.slice(identity.service.length + 1)];
  if (service === 'dynamodb') return { resource, permissions: dynamodbPermissions(operation, jsonOf(request)) };
  const tags = service === 'secretsmanager' && operation === 'CreateSecret' && resource.requestTags;
  return { resource, permissions: [identity.action, ...(tags ? ['secretsmanager:TagResource'] : [])] };
}

function hints(identity: CallIdentity, request: SeenRequest): CallResource {
  switch (identity.service) {
    case 'dynamodb':
      return dynamodbHints(jsonOf(request));
    case 'secretsmanager':
      return secretHints(jsonOf(request));
    case 'route53':
      return route53Hints(request);
    case 'states':
      return statesHints(jsonOf(request));
    case 'events':
      return eventsHints(jsonOf(request));
    case 'acm-pca':
      return privateCaHints(jsonOf(request));
    case 'kms':
      return { keyId: text(jsonOf(request).KeyId) } as CallResource;
    case 'logs':
      return { logGroup: text(jsonOf(request).logGroupName) } as CallResource;
    case 'lambda':
      return { functionName: pathPart(request, /\/functions\/([^/?]+)/) } as CallResource;
    case 'scheduler':
      return { schedule: pathPart(request, /\/schedules\/([^/?]+)/) } as CallResource;
    case 's3':
      return {
        bucket: pathPart(request, /^\/([^/?]+)/),
        objectKey: pathPart(request, /^\/[^/?]+\/([^?]+)/),
      } as CallResource;
    default:
      return isForm(request) ? formHints(new URLSearchParams(request.body)) : {};
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const names = (values: readonly (string | undefined)[]): string[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];

/** Without the members that are absent or empty. */
const compact = (resource: CallResource): CallResource =>
  Object.fromEntries(
    Object.entries(resource).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );

function jsonOf(request: SeenRequest): Json {
  if (!request.body.startsWith('{')) return {};
  try {
    return JSON.parse(request.body) as Json;
  } catch {
    return {};
  }
}

const pathPart = (request: SeenRequest, pattern: RegExp): string | undefined => {
  const part = pattern.exec(request.url)?.[1];
  return part === undefined ? undefined : decodeURIComponent(part);
};

/** A transaction's parts: `{Put: {TableName}}`, `{Update: ...}`, `{Delete: ...}`, `{ConditionCheck: ...}`, `{Get: ...}`. */
const transactionParts = (body: Json): [kind: string, table: string | undefined][] =>
  list(body.TransactItems).flatMap((item) =>
    Object.entries(item).map(([kind, part]): [string, string | undefined] => [kind, text((part as Json).TableName)]),
  );

function dynamodbHints(body: Json): CallResource {
  const batched = Object.keys((body.RequestItems as Json | undefined) ?? {});
  const table = names([text(body.TableName), ...batched, ...transactionParts(body).map(([, name]) => name)]);
  return { table, index: text(body.IndexName), keys: itemKeys(body) } as CallResource;
}

/** `{pk: {S: 'a'}}` -> `{pk: 'a'}`, of the call itself and of a transaction's parts. */
function itemKeys(body: Json): Record<string, string>[] {
  const parts = list(body.TransactItems).flatMap((item) => Object.values(item) as Json[]);
  return [body, ...parts].flatMap(({ Key }) => {
    const entries = Object.entries((Key as Record<string, Json> | undefined) ?? {});
    const strings = entries.flatMap(([name, value]) => (typeof value.S === 'string' ? [[name, value.S]] : []));
    return strings.length > 0 ? [Object.fromEntries(strings) as Record<string, string>] : [];
  });
}

function dynamodbPermissions(operation: string, body: Json): string[] {
  if (!operation.startsWith('Transact')) return [`dynamodb:${operation}`];
  return names(transactionParts(body).map(([kind]) => `dynamodb:${kind}Item`));
}

function secretHints(body: Json): CallResource {
  const tags = list(body.Tags).map((tag): [string, string] => [text(tag.Key) ?? '', text(tag.Value) ?? '']);
  return {
    secretId: text(body.SecretId) ?? text(body.Name),
    versionStage: text(body.VersionStage),
    // The token of a new secret becomes its first version's id.
    versionId: text(body.VersionId) ?? text(body.MoveToVersionId) ?? (body.Name && text(body.ClientRequestToken)),
    kmsKeyId: text(body.KmsKeyId),
    requestTags: tags.length > 0 ? Object.fromEntries(tags) : undefined,
  } as CallResource;
}

function route53Hints(request: SeenRequest): CallResource {
  const changes = request.body.includes('<ChangeResourceRecordSetsRequest') ? (parseChanges(request.body) ?? []) : [];
  return {
    hostedZoneId: pathPart(request, /\/hostedzone\/([^/?]+)/),
    changeId: pathPart(request, /\/change\/([^/?]+)/),
    recordNames: names(changes.map(({ set }) => normalizedRecordName(set.name))),
    recordTypes: names(changes.map(({ set }) => set.type)),
    recordActions: names(changes.map(({ action }) => action)),
  } as CallResource;
}

/** As `route53:ChangeResourceRecordSetsNormalizedRecordNames` has it: lower case, no trailing dot, octal escapes. */
const normalizedRecordName = (name: string): string =>
  normalName(name).replace(/[^a-z0-9_.-]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);

const privateCaHints = (body: Json): CallResource =>
  ({ caArn: text(body.CertificateAuthorityArn), templateArn: text(body.TemplateArn) }) as CallResource;

const statesHints = (body: Json): CallResource =>
  ({
    stateMachineArn: text(body.stateMachineArn),
    executionArn: text(body.executionArn),
    executionName: text(body.name),
  }) as CallResource;

function eventsHints(body: Json): CallResource {
  const entries = list(body.Entries);
  return {
    eventBus: names(entries.map((entry) => text(entry.EventBusName))),
    eventSource: names(entries.map((entry) => text(entry.Source))),
    detailType: names(entries.map((entry) => text(entry.DetailType))),
  };
}

const formHints = (form: URLSearchParams): CallResource =>
  ({
    roleArn: form.get('RoleArn') ?? undefined,
    externalId: form.get('ExternalId') ?? undefined,
    topicArn: form.get('TopicArn') ?? undefined,
    namespace: form.get('Namespace') ?? undefined,
  }) as CallResource;
