// A token webhook as EKS has one: it recomputes the signature of the presigned STS URL, and answers whose access entry it
// is. It must never let in a token of another cluster, or one that is too old.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { canonicalGet, signatureOf } from '#adapters/eks/sigv4.ts';
import { makeLocalhostCertificate } from '../parts/localhost-certificate.ts';

/** An access entry (EKS API, AccessEntry) and the key by which its role signs here. */
export interface AccessEntry {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly principalArn: string;
  readonly groups: readonly string[];
}

export interface RunningTokenWebhook {
  /** Kubeconfig for `--authentication-token-webhook-config-file`. */
  readonly configFile: string;
  /** May change while it runs. */
  readonly entries: AccessEntry[];
  readonly stop: () => Promise<void>;
}

const PREFIX = 'k8s-aws-v1.';
const LIFE_MS = 15 * 60_000;
const SIGNED = 'host;x-k8s-aws-id';

/** `20260131T120000Z` as an instant. */
const instantOf = (date: string): Date =>
  new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** The entry of a token, or why it is refused. */
export const judgeToken = (
  token: string,
  known: { readonly eksName: string; readonly entries: readonly AccessEntry[]; readonly now: Date },
): AccessEntry | string => {
  if (!token.startsWith(PREFIX)) return 'not a token of EKS';
  const url = URL.parse(Buffer.from(token.slice(PREFIX.length), 'base64url').toString('utf8'));
  if (url === null || url.protocol !== 'https:') return 'no presigned URL in it';
  const { 'X-Amz-Signature': signature, ...query } = Object.fromEntries(url.searchParams);
  if (query.Action !== 'GetCallerIdentity' || query['X-Amz-SignedHeaders'] !== SIGNED) return 'not the request of EKS';
  const [accessKeyId = '', , region = '', service = ''] = (query['X-Amz-Credential'] ?? '').split('/');
  const date = query['X-Amz-Date'] ?? '';
  if (!(known.now.getTime() - instantOf(date).getTime() < LIFE_MS)) return 'the token has expired';
  const entry = known.entries.find((one) => one.accessKeyId === accessKeyId);
  if (entry === undefined) return 'no access entry for this principal';
  const headers = { host: url.host, 'x-k8s-aws-id': known.eksName };
  const canonicalRequest = canonicalGet({ path: url.pathname, query: query as Record<string, string>, headers });
  const { secretAccessKey } = entry;
  const expected = signatureOf({ secretAccessKey, date, region, service, canonicalRequest });
  return expected === signature ? entry : 'the signature does not match: another key, or another cluster';
};

const review = (token: string, known: Parameters<typeof judgeToken>[1]): object => {
  const answer = judgeToken(token, known);
  const head = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview' };
  if (typeof answer === 'string') return { ...head, status: { authenticated: false, error: answer } };
  const user = { username: answer.principalArn, groups: [...answer.groups] };
  return { ...head, status: { authenticated: true, user } };
};

/** Starts it on a free port of the loopback. */
export async function startTokenWebhook(options: {
  readonly runFolder: string;
  readonly eksName: string;
  readonly entries?: readonly AccessEntry[];
}): Promise<RunningTokenWebhook> {
  const { runFolder, eksName } = options;
  mkdirSync(runFolder, { recursive: true });
  const tls = await makeLocalhostCertificate(new Date());
  const entries = [...(options.entries ?? [])];
  const server = createServer({ cert: tls.certificatePem, key: tls.privateKeyPem }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { spec } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { spec: { token: string } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(review(spec.token, { eksName, entries, now: new Date() })));
    });
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(runFolder, 'webhook-ca.crt'), tls.caPem);
  const configFile = join(runFolder, 'webhook.json');
  const cluster = {
    server: `https://127.0.0.1:${port}/authenticate`,
    'certificate-authority': join(runFolder, 'webhook-ca.crt'),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'webhook', cluster }],
    users: [{ name: 'apiserver', user: {} }],
    contexts: [{ name: 'webhook', context: { cluster: 'webhook', user: 'apiserver' } }],
    'current-context': 'webhook',
  };
  writeFileSync(configFile, JSON.stringify(config));
  return {
    configFile,
    entries,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
