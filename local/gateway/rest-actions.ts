// Method and path -> IAM action for the REST APIs that this project calls; others get `METHOD /path`. It must never read bodies.

type Row = readonly [method: string, path: RegExp, operation: string];

const ROUTE53: readonly Row[] = [
  ['POST', /^\/hostedzone\/?$/, 'CreateHostedZone'],
  ['GET', /^\/hostedzone\/?$/, 'ListHostedZones'],
  ['GET', /^\/hostedzonesbyname$/, 'ListHostedZonesByName'],
  ['GET', /^\/hostedzonesbyvpc$/, 'ListHostedZonesByVPC'],
  ['GET', /^\/hostedzonecount$/, 'GetHostedZoneCount'],
  ['POST', /^\/hostedzone\/[^/]+\/rrset\/?$/, 'ChangeResourceRecordSets'],
  ['GET', /^\/hostedzone\/[^/]+\/rrset\/?$/, 'ListResourceRecordSets'],
  ['POST', /^\/hostedzone\/[^/]+\/associatevpc$/, 'AssociateVPCWithHostedZone'],
  ['POST', /^\/hostedzone\/[^/]+\/disassociatevpc$/, 'DisassociateVPCFromHostedZone'],
  ['GET', /^\/hostedzone\/[^/]+$/, 'GetHostedZone'],
  ['POST', /^\/hostedzone\/[^/]+$/, 'UpdateHostedZoneComment'],
  ['DELETE', /^\/hostedzone\/[^/]+$/, 'DeleteHostedZone'],
  ['GET', /^\/change\/[^/]+$/, 'GetChange'],
  ['POST', /^\/tags\/[^/]+\/[^/]+$/, 'ChangeTagsForResource'],
  ['GET', /^\/tags\/[^/]+\/[^/]+$/, 'ListTagsForResource'],
];

const LAMBDA: readonly Row[] = [
  ['POST', /^\/functions\/[^/]+\/invocations$/, 'InvokeFunction'],
  ['POST', /^\/functions\/[^/]+\/invoke-async\/?$/, 'InvokeFunction'],
  ['POST', /^\/functions\/?$/, 'CreateFunction'],
  ['GET', /^\/functions\/?$/, 'ListFunctions'],
  ['GET', /^\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /^\/functions\/[^/]+\/configuration$/, 'UpdateFunctionConfiguration'],
  ['PUT', /^\/functions\/[^/]+\/code$/, 'UpdateFunctionCode'],
  ['GET', /^\/functions\/[^/]+$/, 'GetFunction'],
  ['DELETE', /^\/functions\/[^/]+$/, 'DeleteFunction'],
];

const SCHEDULER: readonly Row[] = [
  ['GET', /^\/schedules$/, 'ListSchedules'],
  ['GET', /^\/schedules\/[^/]+$/, 'GetSchedule'],
  ['POST', /^\/schedules\/[^/]+$/, 'CreateSchedule'],
  ['PUT', /^\/schedules\/[^/]+$/, 'UpdateSchedule'],
  ['DELETE', /^\/schedules\/[^/]+$/, 'DeleteSchedule'],
];

const S3: readonly Row[] = [
  ['GET', /^\/$/, 'ListAllMyBuckets'],
  ['HEAD', /^\/[^/]+\/?$/, 'ListBucket'],
  ['GET', /^\/[^/]+\/?$/, 'ListBucket'],
  ['PUT', /^\/[^/]+\/?$/, 'CreateBucket'],
  ['DELETE', /^\/[^/]+\/?$/, 'DeleteBucket'],
  ['GET', /^\/[^/]+\/.+/, 'GetObject'],
  ['HEAD', /^\/[^/]+\/.+/, 'GetObject'],
  ['PUT', /^\/[^/]+\/.+/, 'PutObject'],
  ['POST', /^\/[^/]+\/.+/, 'PutObject'],
  ['DELETE', /^\/[^/]+\/.+/, 'DeleteObject'],
];

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  route53: ROUTE53,
  lambda: LAMBDA,
  scheduler: SCHEDULER,
  s3: S3,
};
/** The API version that opens a path: it also tells the service of an unsigned call. */
const VERSIONS: Readonly<Record<string, string>> = { '2013-04-01': 'route53', '2015-03-31': 'lambda' };

/** The service (told by the path's API version where the request is not signed) and the operation. */
export function restAction(request: { service: string; method: string; url: string }): {
  service: string;
  operation: string;
} {
  const path = request.url.split('?')[0] ?? '/';
  const version = /^\/(\d{4}-\d\d-\d\d)(\/.*)$/.exec(path);
  const byVersion = VERSIONS[version?.[1] ?? ''];
  const service = request.service === 'unknown' && byVersion ? byVersion : request.service;
  const rest = version?.[2] ?? path;
  const row = TABLES[service]?.find(([method, pattern]) => method === request.method && pattern.test(rest));
  return { service, operation: row?.[2] ?? `${request.method} ${rest}` };
}
