// The recorded AWS calls: their shape, the bounded memory, the counters, the file. It must never hold a secret's value or a body.
import { createWriteStream, type WriteStream } from 'node:fs';

/** What a call was about, as far as permissions depend on it. Names and ids only. */
export interface CallResource {
  table?: string[];
  index?: string;
  /** DynamoDB: `Key` of each item that is named by one; string attributes only. */
  keys?: Record<string, string>[];
  secretId?: string;
  /** Secrets Manager: the stage or version asked for (or made first), the label moved, and what a new secret carries. */
  versionStage?: string;
  versionId?: string;
  kmsKeyId?: string;
  requestTags?: Record<string, string>;
  hostedZoneId?: string;
  /** ChangeResourceRecordSets: as the condition keys see them (lower case, no trailing dot, octal escapes). */
  recordNames?: string[];
  recordTypes?: string[];
  recordActions?: string[];
  changeId?: string;
  stateMachineArn?: string;
  executionArn?: string;
  executionName?: string;
  functionName?: string;
  eventBus?: string[];
  eventSource?: string[];
  detailType?: string[];
  roleArn?: string;
  /** Private CA: the CA, and the template that a certificate is asked by. */
  caArn?: string;
  templateArn?: string;
  externalId?: string;
  topicArn?: string;
  keyId?: string;
  logGroup?: string;
  bucket?: string;
  objectKey?: string;
  schedule?: string;
  namespace?: string;
}

/** One call as the gateway saw it. */
export interface RecordedCall {
  /** ISO 8601, when its answer had ended. */
  at: string;
  /** IAM's service prefix: `dynamodb`, `states`, `events`, `logs`, ... */
  service: string;
  /** `<service>:<API operation>`, e.g. `dynamodb:TransactWriteItems`, `lambda:InvokeFunction`. */
  action: string;
  /** The IAM permissions that the call needs (a transaction needs those of its parts). */
  permissions: string[];
  /** AWS_SDK_UA_APP_ID of the caller. */
  appId?: string;
  /** The access key's id: tells a role's session from the account's own key. */
  accessKeyId?: string;
  region?: string;
  resource: CallResource;
  /** HTTP status; 0 where the caller got no answer. */
  status: number;
  errorCode?: string;
  ms: number;
}

/** Counters since the last reset; they go on where the memory of single calls ends. */
export interface CallCounts {
  services: Record<string, number>;
  actions: Record<string, number>;
}

export interface CallRecord {
  add(call: RecordedCall): void;
  calls(): RecordedCall[];
  counts(): CallCounts;
  reset(): void;
  close(): Promise<void>;
}

const KEPT = 200_000;

/** Keeps calls in memory and, where a file is given, appends each as one JSON line. */
export function callRecord(options: { file?: string }): CallRecord {
  let kept: RecordedCall[] = [];
  let services = new Map<string, number>();
  let actions = new Map<string, number>();
  const file: WriteStream | undefined =
    options.file === undefined ? undefined : createWriteStream(options.file, { flags: 'a' });
  return {
    add: (call) => {
      kept.push(call);
      if (kept.length > KEPT) kept = kept.slice(KEPT / 2);
      services.set(call.service, (services.get(call.service) ?? 0) + 1);
      actions.set(call.action, (actions.get(call.action) ?? 0) + 1);
      file?.write(`${JSON.stringify(call)}\n`);
    },
    calls: () => [...kept],
    counts: () => ({ services: Object.fromEntries(services), actions: Object.fromEntries(actions) }),
    reset: () => {
      kept = [];
      services = new Map();
      actions = new Map();
    },
    close: () => new Promise((done) => (file ? file.end(done) : done())),
  };
}
