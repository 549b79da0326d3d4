// The story of a run in lines: progress, what was pointed elsewhere, proofs. Pure; it must never decide anything.
import type { Problem } from '#core/declaration/model.ts';
import type { Declared } from '../cloud/declared.ts';
import type { Cloud } from '../cloud/options.ts';
import type { StoredVersion } from '../cloud/secret-look.ts';
import type { ProgressLine } from '../parts/report.ts';
import { isProven, type Proof } from '../proof/verify.ts';
import { type Finding, isAllProven } from './result.ts';
import type { Standing } from './standing.ts';
import { printable } from './words.ts';

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const progressText = ({ step, text, seconds }: ProgressLine): string =>
  `${step}: ${text}${seconds === undefined ? '' : ` (${seconds} s)`}`;

/** As `evercert check` shows it. */
export const problemText = ({ file, line, column, severity, code, path, message, hint }: Problem): string =>
  printable(`${file}:${line}:${column} ${severity} ${code} ${path === '' ? '' : `${path}: `}${message} (${hint})`);

export const declaredText = ({ catalogue, issuers, passedOver, leftOut, fileCount }: Declared): string => {
  const others = passedOver.length === 0 ? '' : `, ${counted(passedOver.length, 'other object')} passed over`;
  const refused = leftOut.length === 0 ? '' : `, ${leftOut.length} refused`;
  const accepted = `${counted(catalogue.certificates.length, 'certificate')} and ${counted(issuers.length, 'issuer')}`;
  return `declarations: ${counted(fileCount, 'file')}: ${accepted} accepted${refused}${others}`;
};

/** How to look at the running cloud with other tools. */
export const placesText = ({ endpoint, pebble, outputs, runFolder, dns, clusters }: Cloud): string[] => [
  `AWS: AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1`,
  `ACME directory: ${pebble.directoryUrl}; DNS: ${dns.address}:${dns.port} (UDP and TCP)`,
  `ledger table: ${outputs.tableName}; secrets: ${outputs.secretsPrefix}/<namespace>/<certificate>; logs: ${runFolder}`,
  ...clusters.map(({ settings, running }) => `cluster ${settings.name}: KUBECONFIG=${running.server.kubeconfig}`),
];

const shakeText = ({ dnsNames }: Standing, { handshake }: Proof): string => {
  if (handshake === 'none') return '';
  if (handshake === 'client') return '; a TLS server takes it from a client';
  if (dnsNames.length === 0) return '; a TLS client accepts it';
  return `; a TLS client accepts it for ${dnsNames.length === 1 ? dnsNames[0] : `all ${dnsNames.length} names`}`;
};

export const proofText = (event: { standing: Standing; version: StoredVersion; proof: Proof }): string => {
  const { standing, version, proof } = event;
  const found = `version ${version.versionId.slice(0, 12)}, fingerprint ${version.fingerprint.slice(0, 16)}`;
  if (!isProven(proof)) return `NOT PROVEN ${standing.name}: ${JSON.stringify(proof)} (${found})`;
  return `proven ${standing.name}: chain, names and key hold${shakeText(standing, proof)} (${found})`;
};

/** What is still awaited when everything has been proven once. */
export const settledText = (now: {
  readonly findings: readonly Finding[];
  readonly renewing: readonly string[];
  readonly once: boolean;
}): string => {
  const proven = now.findings.filter(isAllProven).length;
  const places = now.findings.flatMap(({ proof, targets = [] }) => (proof === undefined ? [] : targets));
  const held =
    places.length === 0
      ? ''
      : `, ${places.filter(({ ok }) => ok).length} of ${places.length} Secrets hold what is current`;
  const failed = now.findings.filter(({ standing }) => standing.state === 'failed').length;
  const short = now.renewing.length === 0 ? '' : `; ${now.renewing.join(', ')} will renew within minutes`;
  return `${proven} proven${held}${failed === 0 ? '' : `, ${failed} failed`}${short}${now.once ? '' : '; Ctrl-C ends everything'}`;
};
