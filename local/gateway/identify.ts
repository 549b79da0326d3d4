// Which AWS call a request is: service, action, caller, region. It must never know what happens to the call.
import type { IncomingHttpHeaders } from 'node:http';
import { restAction } from './rest-actions.ts';

export interface SeenRequest {
  method: string;
  /** Path and query as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Empty where the body was not looked at. */
  body: string;
}

export interface CallIdentity {
  service: string;
  action: string;
  appId?: string;
  accessKeyId?: string;
  region?: string;
}

/** X-Amz-Target prefix -> IAM service prefix (AWS JSON protocol). */
const TARGETS: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodb',
  AWSStepFunctions: 'states',
  AWSEvents: 'events',
  secretsmanager: 'secretsmanager',
  Logs_20140328: 'logs',
  TrentService: 'kms',
  AmazonSSM: 'ssm',
  AmazonSQS: 'sqs',
  CertificateManager: 'acm',
  ACMPrivateCA: 'acm-pca',
  GraniteServiceVersion20100801: 'cloudwatch',
  ResourceGroupsTaggingAPI_20170126: 'tag',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
};

/** Credential scope -> IAM service prefix, where the two differ. */
const SCOPES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', email: 'ses' };

/** Reads who calls what; `unknown` where the request tells no service. */
export function identify(request: SeenRequest): CallIdentity {
  const credential = /Credential=([^/\s]+)\/[^/]+\/([^/]+)\/([^/]+)\//.exec(credentialText(request));
  const scope = credential?.[3];
  const { service, operation } = operationOf(request, (scope && (SCOPES[scope] ?? scope)) ?? 'unknown');
  // Powertools adds its own mark to AWS_SDK_UA_APP_ID: `evercert-sweep-PT-NO-OP-2.36.0-PTEnv-NA`.
  const appId = /(?:^|\s)app\/([^\s]+)/.exec(request.headers['user-agent'] ?? '')?.[1]?.replace(/-PT-NO-OP-.*$/, '');
  return {
    service,
    action: `${service}:${operation}`,
    ...(appId !== undefined && { appId }),
    ...(credential?.[1] !== undefined && { accessKeyId: credential[1] }),
    ...(credential?.[2] !== undefined && { region: credential[2] }),
  };
}

/** The header, or a presigned URL's parameter (SigV4). */
function credentialText(request: SeenRequest): string {
  const header = request.headers.authorization;
  if (header) return header;
  const presigned = /[?&]X-Amz-Credential=([^&]+)/.exec(request.url)?.[1];
  return presigned ? `Credential=${decodeURIComponent(presigned)}` : '';
}

function operationOf(request: SeenRequest, scoped: string): { service: string; operation: string } {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix, operation] = [target.slice(0, target.lastIndexOf('.')), target.slice(target.lastIndexOf('.') + 1)];
    return { service: TARGETS[prefix] ?? scoped, operation };
  }
  const cbor = /^\/service\/([^/]+)\/operation\/([^/?]+)/.exec(request.url);
  if (cbor) return { service: TARGETS[cbor[1] ?? ''] ?? scoped, operation: cbor[2] ?? '' };
  const query = new URLSearchParams(isForm(request) ? request.body : request.url.split('?')[1]).get('Action');
  if (query !== null && /^\w+$/.test(query)) return { service: scoped, operation: query };
  return restAction({ ...request, service: scoped });
}

export const isForm = (request: Pick<SeenRequest, 'headers'>): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
