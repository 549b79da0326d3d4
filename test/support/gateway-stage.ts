// A gateway before a tiny stand-in of the emulator: three answers of Route53, and whatever a test puts in its place.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { answer } from '#local/dns/answer.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';

export interface Arrived {
  method: string;
  url: string;
  host: string;
}

export interface Stage {
  gateway: Gateway;
  dns: ZoneData;
  stub: Server;
  /** What reached the stand-in. */
  arrived: Arrived[];
  answerWith(request: IncomingMessage, response: ServerResponse, body: Buffer): void;
  route53(maxAttempts?: number): Route53Client;
  secrets(maxAttempts?: number): SecretsManagerClient;
  /** The TXT values that the DNS shows. */
  inDns(name: string): string[];
  stop(): Promise<void>;
}

const documentOf = (tag: string, inner: string): string =>
  `<${tag} xmlns="https://route53.amazonaws.com/doc/2013-04-01/">${inner}</${tag}>`;
const zone = (id: string, name: string, isPrivate: boolean): string =>
  `<HostedZone><Id>/hostedzone/${id}</Id><Name>${name}.</Name><Config><PrivateZone>${isPrivate}</PrivateZone></Config></HostedZone>`;
const set = (name: string, type: string, value: string, more = ''): string =>
  `<ResourceRecordSet><Name>${name}.</Name><Type>${type}</Type>${more}<TTL>60</TTL><ResourceRecords><ResourceRecord><Value>${value}</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>`;

const ZONES: Readonly<Record<string, string>> = {
  Z1: zone('Z1', 'example.com', false),
  ZP: zone('ZP', 'inside.com', true),
};
const SETS = [
  set('example.com', 'SOA', 'ns-1.awsdns-1.com. h.amazon.com. 1 7200 900 1209600 86400'),
  set('plain.example.com', 'TXT', '&quot;plain&quot;'),
  set('alias.example.com', 'CNAME', 'www.example.com'),
  set(
    'many.example.com',
    'TXT',
    '"one"',
    '<SetIdentifier>one</SetIdentifier><MultiValueAnswer>true</MultiValueAnswer>',
  ),
].join('\n');

let changes = 0;

/** Answers as the emulator would: zones Z1 (public) and ZP (private); any other is unknown. */
export function emulator(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const id = /hostedzone\/(\w+)/.exec(path)?.[1];
  const xml = (status: number, tag: string, inner: string): void => {
    response.writeHead(status, { 'content-type': 'text/xml' }).end(documentOf(tag, inner));
  };
  if (path.endsWith('/hostedzone')) {
    const inner = `<HostedZones>${Object.values(ZONES).join('')}</HostedZones><IsTruncated>false</IsTruncated>`;
    xml(200, 'ListHostedZonesResponse', inner);
  } else if (id === undefined || !(id in ZONES)) {
    xml(404, 'ErrorResponse', '<Error><Type>Sender</Type><Code>NoSuchHostedZone</Code><Message>none</Message></Error>');
  } else if (request.method === 'POST') {
    changes += 1;
    const info = `<Id>/change/C${changes}</Id><Status>PENDING</Status><SubmittedAt>2026-11-25T00:00:00Z</SubmittedAt>`;
    xml(200, 'ChangeResourceRecordSetsResponse', `<ChangeInfo>${info}</ChangeInfo>`);
  } else if (path.includes('/rrset')) {
    const inner = `<ResourceRecordSets>${id === 'Z1' ? SETS : ''}</ResourceRecordSets><IsTruncated>false</IsTruncated>`;
    xml(200, 'ListResourceRecordSetsResponse', inner);
  } else xml(200, 'GetHostedZoneResponse', ZONES[id] ?? '');
}

/** Starts stand-in and gateway; every call is made as `evercert-advance`. */
export async function gatewayStage(): Promise<Stage> {
  const arrived: Arrived[] = [];
  const stub = createServer(async (request, response) => {
    const body = await buffer(request);
    arrived.push({ method: request.method ?? '', url: request.url ?? '', host: request.headers.host ?? '' });
    stage.answerWith(request, response, body);
  });
  stub.listen(0, '127.0.0.1');
  await once(stub, 'listening');
  const dns = new ZoneData();
  const gateway = await startGateway({
    upstream: `http://127.0.0.1:${(stub.address() as { port: number }).port}`,
    dns,
  });
  const clients: { destroy(): void }[] = [];
  const config = (region: string, maxAttempts: number) => ({
    endpoint: gateway.endpoint,
    region,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'not-a-secret' },
    maxAttempts,
    userAgentAppId: 'evercert-advance',
  });
  const kept = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  const stage: Stage = {
    gateway,
    dns,
    stub,
    arrived,
    answerWith: emulator,
    route53: (maxAttempts = 1) => kept(new Route53Client(config('us-east-1', maxAttempts))),
    secrets: (maxAttempts = 1) => kept(new SecretsManagerClient(config('eu-west-1', maxAttempts))),
    inDns: (name) =>
      answer(dns, { name, type: 'TXT' }, 0).answers.flatMap((one) => ('data' in one ? [String(one.data)] : [])),
    stop: async () => {
      for (const client of clients) client.destroy();
      await gateway.stop();
      stub.closeAllConnections();
      stub.close();
    },
  };
  return stage;
}

/** A plain TXT set. */
export const txt = (name: string, ...values: string[]): ResourceRecordSet => ({
  Name: name,
  Type: 'TXT',
  TTL: 60,
  ResourceRecords: values.map((Value) => ({ Value })),
});

/** One multivalue TXT set; its value is the quoted identifier. */
export const one = (name: string, identifier: string): ResourceRecordSet => ({
  ...txt(name, `"${identifier}"`),
  SetIdentifier: identifier,
  MultiValueAnswer: true,
});

export const batch = (
  changed: [ChangeAction, ResourceRecordSet][],
  hostedZoneId = 'Z1',
): ChangeResourceRecordSetsCommand =>
  new ChangeResourceRecordSetsCommand({
    HostedZoneId: hostedZoneId,
    ChangeBatch: { Changes: changed.map(([Action, ResourceRecordSet]) => ({ Action, ResourceRecordSet })) },
  });
