// Presigned URLs by AWS Signature Version 4 (Signature Version 4, "Add authentication information to the query string"),
// made on this machine: no call, no permission. It must never log or keep what it signs with.
import { createHash, createHmac } from 'node:crypto';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Presigning {
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Signed beside `host`; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly region: string;
  readonly expiresSeconds: number;
  readonly credentials: AwsCredentials;
  readonly now: Date;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** RFC 3986: everything but unreserved characters is escaped. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const queryText = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => [escaped(name), escaped(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** The signature of a canonical request: what a server recomputes. */
export const signatureOf = (asked: {
  readonly secretAccessKey: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly canonicalRequest: string;
}): string => {
  const { secretAccessKey, date, region, service, canonicalRequest } = asked;
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest)].join('\n');
  const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, day));
  return hmac(key, toSign).toString('hex');
};

/** The canonical request of a GET without a body. */
export const canonicalGet = (asked: {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}): string => {
  const headers = Object.entries(asked.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = headers.map(([name, value]) => `${name}:${value.trim()}\n`).join('');
  const names = headers.map(([name]) => name).join(';');
  return ['GET', asked.path, queryText(asked.query), lines, names, sha256('')].join('\n');
};

/** The whole `https://` URL, with its signature in the query. */
export const presigned = (asked: Presigning): string => {
  const { host, path, service, region, credentials, now } = asked;
  const date = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers = { ...asked.headers, host };
  const query = {
    ...asked.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${date.slice(0, 8)}/${region}/${service}/aws4_request`,
    'X-Amz-Date': date,
    'X-Amz-Expires': String(asked.expiresSeconds),
    'X-Amz-SignedHeaders': Object.keys(headers).sort().join(';'),
    ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
  };
  const canonicalRequest = canonicalGet({ path, query, headers });
  const signature = signatureOf({
    secretAccessKey: credentials.secretAccessKey,
    date,
    region,
    service,
    canonicalRequest,
  });
  return `https://${host}${path}?${queryText(query)}&X-Amz-Signature=${signature}`;
};
