// One invocation's visit to one certificate: the row as last written, and what is only worth remembering until the end
// of the invocation (the opened key, the secret's view). Nothing here outlives the visit.

import type { KeystoreKind } from '../certificate/outputs.ts';
import { stagedKeyOf } from '../certificate/secret-value.ts';
import { temporaryValue } from '../certificate/temporary.ts';
import { EvercertError } from '../errors.ts';
import { bundleLabel, certificateSecret, keyLabel, versionToken } from '../names.ts';
import type { SecretView } from '../ports.ts';
import type { Sealed } from '../sealed.ts';
import type { Issuer } from './issuer.ts';
import type { JourneyPorts, JourneySettings } from './ports.ts';
import type { CertificateRow, SegmentState, Work } from './row.ts';

export interface Visit {
  readonly ports: JourneyPorts;
  readonly settings: JourneySettings;
  row: CertificateRow;
  /** No longer true once the first step of this invocation is done. */
  resumed: boolean;
  key?: Sealed<string>;
  view?: SecretView;
  /** Of the declared keystores. */
  passwords?: Readonly<Partial<Record<KeystoreKind, { readonly text: Sealed<string>; readonly versionId?: string }>>>;
}

export const secretName = (visit: Visit): string => certificateSecret(visit.settings.prefix, visit.row.name);

/** The work in progress; only called where there is some. */
export const workOf = (visit: Visit): Work => {
  const { work } = visit.row.progress;
  if (work === undefined) throw new EvercertError('INTERNAL', `${visit.row.name}: no work in progress`);
  return work;
};

/** What a new secret begins with, where a temporary certificate is declared. */
const firstValue = ({ row, ports }: Visit): { firstValue?: () => Promise<Sealed<string>> } => {
  const { keys, certificates } = ports;
  const { certificate: spec } = row.declared;
  if (spec.temporaryCertificate !== true) return {};
  const given = { certificate: row.name, uid: row.uid, spec, now: ports.clock.now() };
  return { firstValue: () => temporaryValue(given, { keys, certificates }) };
};

const issuerOf = (visit: Visit, type: string): Issuer => {
  // A row that newer code has written may name a type that is not known here.
  const issuers: Readonly<Record<string, Issuer>> = visit.ports.issuers;
  const issuer = issuers[type];
  if (issuer === undefined) throw new EvercertError('INTERNAL', `${visit.row.name}: no issuer of type ${type}`);
  return issuer;
};

/** The issuer that the declaration names. */
export const issuerAtWork = (visit: Visit): Issuer => issuerOf(visit, visit.row.declared.issuer.type);

/** The issuer signs here: nothing is staged or recorded before the certificate is there (one-pass.ts). */
export const isOnePass = (visit: Visit): boolean => issuerAtWork(visit).isLocal === true;

/** The issuer that has made a segment: after a change of the declaration it may be another one. */
export const issuerOfSegment = (visit: Visit, segment: SegmentState): Issuer => issuerOf(visit, segment.issuer);

export const keyToken = (visit: Visit): string =>
  versionToken(visit.row.uid, workOf(visit).revision, `key-${workOf(visit).keyNumber}`);

/** By what is staged: an order that was opened anew may bring another certificate, a secret another password. */
export const bundleToken = (visit: Visit, content: string): string =>
  versionToken(
    visit.row.uid,
    workOf(visit).revision,
    `bundle-${workOf(visit).generation}-${workOf(visit).keyNumber}-${content}`,
  );

export const labelsOf = (work: Work): { key: string; bundle: string } => ({
  key: keyLabel(work.revision),
  bundle: bundleLabel(work.revision),
});

/** The secret as it is, looked at once per visit; made where absent: with the declared temporary certificate, or its placeholder. */
export const openSecret = async (visit: Visit): Promise<SecretView> => {
  visit.view ??= await visit.ports.versions.open({
    name: secretName(visit),
    certificate: visit.row.name,
    uid: visit.row.uid,
    ...firstValue(visit),
  });
  return visit.view;
};

/** The staged key of this issuance, read back by VersionId when this invocation did not make it; never made again. */
export const stagedKey = async (visit: Visit): Promise<Sealed<string>> => {
  if (visit.key !== undefined) return visit.key;
  const versionId = workOf(visit).keyVersionId;
  const value =
    versionId === undefined ? undefined : await visit.ports.versions.read({ name: secretName(visit), versionId });
  const key = value === undefined ? undefined : stagedKeyOf(value);
  if (key === undefined)
    throw new EvercertError(
      'STAGED_KEY_LOST',
      `${visit.row.name}: the staged key of revision ${workOf(visit).revision} is gone`,
    );
  visit.key = key;
  return key;
};
