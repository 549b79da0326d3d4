// What a person can see of one certificate after whatever happened to it: secret, row, outcomes, orders. It must never judge.
import { X509Certificate } from 'node:crypto';
import type { AcmeOrder } from '#core/acme/ports.ts';
import type { LedgerLook } from '#local/cloud/ledger-look.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { ordersFor } from './orders.ts';
import { leadsTo, namesOf } from './served.ts';
import { publicKeyOf, stagedPublicKeys, versionsOf } from './stored-keys.ts';

export interface Seen {
  readonly names: readonly string[];
  /** AWSCURRENT is the version that the row says, and its leaf has the row's fingerprint. */
  readonly isTheRows: boolean;
  readonly leadsToRoot: boolean;
  /** Public key of the current private key, hex; and of each key that was ever staged. */
  readonly key: string;
  readonly stagedKeys: readonly string[];
  readonly isAtWork: boolean;
  readonly failure: string | undefined;
  /** Every outcome, oldest first: its kind, and a failure's code and message. */
  readonly outcomes: readonly string[];
  /** Status of each order for exactly its names, sorted. */
  readonly orders: readonly string[];
}

/** Looks at the certificate `namespace/name`; throws where it has no secret or no row. */
export const seenOf = async (
  cloud: Cloud,
  name: string,
  known: { readonly look: LedgerLook; readonly orders: readonly AcmeOrder[]; readonly rootPem: string },
): Promise<Seen> => {
  const row = known.look.rows.get(name)!;
  const versions = await versionsOf(cloud, `${cloud.outputs.secretsPrefix}/${name}`);
  const current = versions.find(({ labels }) => labels.includes('AWSCURRENT'))!.properties as Record<string, string>;
  const chainPem = current['tls.crt']!;
  const fingerprint = new X509Certificate(chainPem).fingerprint256.replaceAll(':', '').toLowerCase();
  const { current: told, failure, work } = row.progress;
  return {
    names: namesOf(chainPem),
    isTheRows: fingerprint === told?.fingerprint && current['version-id'] === told.versionId,
    leadsToRoot: leadsTo(chainPem, known.rootPem),
    key: publicKeyOf(current['tls.key']!),
    stagedKeys: stagedPublicKeys(versions),
    isAtWork: work !== undefined,
    failure: failure?.code,
    outcomes: known.look.history
      .filter((record) => record.name === name)
      .map(({ kind, code, message }) => [kind, code, message].filter(Boolean).join(' ')),
    orders: ordersFor(known.orders, row.declared.certificate.dnsNames)
      .map(({ status }) => status)
      .sort(),
  };
};
