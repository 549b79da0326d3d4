// A cloud whose CA is behind faults from its first request on, and what is asked of it. It must never judge.
import { fileURLToPath } from 'node:url';
import type { AcmeRecord } from '#local/acme-proxy/proxy.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { startCloud } from '#local/cloud/start.ts';
import { FAULTS, hostsOf, ruleOf } from './fault-table.ts';
import { type CertificateText, declarationFiles } from './yaml.ts';

/** Issued at once; then their renewal windows are told. */
export const WINDOWS = ['past', 'explained', 'far', 'malformed', 'reversed', 'wide', 'refused'] as const;
export type Window = (typeof WINDOWS)[number];

/**
 * An order that the CA forgets; a certificate that it wants back and then forgets; one whose renewal meets a fault; an
 * authorization that is to be looked at in a day.
 */
export const OTHERS = ['survivor', 'called-back', 'renewed', 'patient'] as const;

export const full = (name: string): string => `default/${name}`;
export const hostOf = (name: string): string => hostsOf(name)[0]!;

/** One issuer for each that fails, so that no circuit opens for all. */
const certificates: readonly CertificateText[] = [
  ...FAULTS.map(({ name }) => ({ name, issuer: name, dnsNames: hostsOf(name) })),
  ...[...WINDOWS, ...OTHERS].map((name) => ({
    name,
    issuer: name === 'survivor' || name === 'called-back' ? name : 'calm',
    dnsNames: [hostOf(name)],
  })),
];

const issuers = [...new Set(certificates.map(({ issuer }) => issuer))].map((name) => ({ name }));

export const startFaultyCloud = (hostEnv: NodeJS.ProcessEnv): Promise<Cloud> =>
  startCloud({
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    hostEnv,
    reporter: ({ step, text }) => console.error(`${step}: ${text}`),
    name: 'faults',
    declarations: declarationFiles({ issuers, certificates }),
    zones: ['example.com'],
    settings: { inFlight: 30 },
    acmeProxy: {
      rules: [
        ...FAULTS.map(ruleOf),
        {
          match: { kind: 'authorization', dnsName: hostOf('patient') },
          fault: { kind: 'alter', retryAfter: { seconds: 86_400, as: 'seconds' } },
        },
        {
          match: { kind: 'finalize', dnsName: hostOf('survivor') },
          fault: { kind: 'answer', status: 503, contentType: 'text/plain', body: 'out of order' },
        },
      ],
    },
  });

/** Requests for or about a certificate, in the order in which they ended. */
export const requestsOf = (cloud: Cloud, name: string): readonly AcmeRecord[] =>
  cloud.acmeProxy!.records().filter(({ dnsNames }) => dnsNames.includes(hostOf(name)));

/** Orders that the CA has really taken. */
export const ordersOf = (cloud: Cloud, name: string): readonly AcmeRecord[] =>
  requestsOf(cloud, name).filter(({ kind, upstreamStatus }) => kind === 'newOrder' && upstreamStatus === 201);
