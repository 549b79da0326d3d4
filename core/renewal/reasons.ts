// Why a certificate must be (re-)issued: cert-manager's ordered list (its policies/checks.go), as far as a row can tell.
// Pure; the first hit wins.
import { type Outputs, outputsDiffer, passwordsRead, wantedOutputs } from '../certificate/outputs.ts';
import type { DriftKind } from '../journey/drift.ts';
import type { AskedSummary, CertificateRow, Progress, ReissueReason } from '../journey/row.ts';
import { trustToFollow } from '../journey/trust.ts';
import { infoOf } from './ari.ts';
import { askedSummary, differs, requestDiffers } from './asked.ts';
import { outageBudgetMs } from './budget.ts';
import { type Renewal, renewalOf } from './when.ts';

export interface Reason {
  readonly code: ReissueReason;
  readonly message: string;
  /** Where the CA explains why it wants the certificate replaced. */
  readonly explanationUrl?: string;
}

interface Look {
  readonly row: CertificateRow;
  readonly before: AskedSummary | undefined;
  readonly wanted: AskedSummary;
  readonly now: Date;
  readonly renewal: Renewal | undefined;
}

const first = (code: ReissueReason, ...found: (string | undefined)[]): Reason | undefined => {
  const message = found.find((text) => text !== undefined);
  return message === undefined ? undefined : { code, message };
};

/** A drift that only a new certificate repairs, if it is one of these. */
const lost = ({ row }: Look, ...kinds: readonly DriftKind[]): string | undefined => {
  const { drift } = row.progress;
  const open = drift?.repair === 'reissue' && drift.clearedAt === undefined;
  return open && kinds.includes(drift.kind) ? drift.message : undefined;
};

const secretMissing = (look: Look) =>
  first(
    'SecretMissing',
    look.row.progress.current === undefined ? 'nothing has been issued yet' : undefined,
    lost(look, 'Deleted', 'ScheduledForDeletion'),
  );

const dataMissing = (look: Look) => first('DataMissing', lost(look, 'NoCurrentVersion', 'PlaceholderCurrent'));

/** Somebody else's pair is current, and none of ours is left to put back. */
const pairDiffers = (look: Look) =>
  first('PairDiffers', lost(look, 'EditedByHand', 'LabelMoved', 'TagRemoved', 'KmsKeyUnusable', 'KmsKeyChanged'));

const issuerChanged = ({ before, wanted }: Look) =>
  first(
    'IssuerChanged',
    differs('the issuer', before?.issuer, wanted.issuer),
    differs("the issuer's server", before?.server, wanted.server),
    differs("the issuer's profile", before?.profile, wanted.profile),
  );

const keyChanged = ({ before, wanted }: Look) => first('KeyChanged', differs('the key', before?.key, wanted.key));

const requestChanged = ({ before, wanted }: Look) =>
  first('RequestChanged', before === undefined ? undefined : requestDiffers(before, wanted));

/** A person asks for one more: by the annotation of the declaration, or by the row's mark. */
const renewRequested = ({ row, before, wanted }: Look) =>
  first(
    'RenewRequested',
    wanted.renewRequested === undefined || wanted.renewRequested === before?.renewRequested
      ? undefined
      : `evercert.dev/renew-requested is now "${wanted.renewRequested}"`,
    isMarked(row) ? `renewal was asked for at ${row.renewRequestedAt}` : undefined,
  );

const nearExpiry = ({ row, now, renewal }: Look): Reason | undefined => {
  if (renewal === undefined || renewal.renewAt > now) return undefined;
  const { notAfter } = row.progress.current!;
  const message = `due since ${renewal.renewAt.toISOString()}, valid until ${notAfter}: ${renewal.why}`;
  const explanationUrl = infoOf(row.progress)?.explanationUrl;
  return { code: 'NearExpiry', message, ...(explanationUrl === undefined ? {} : { explanationUrl }) };
};

/** The daily look has found another version of a password's secret than was read. */
const passwordChanged = ({ progress }: CertificateRow, before: Outputs): string | undefined => {
  const found = passwordsRead(before).find(({ name, versionId }) => {
    const seen = progress.passwordVersions?.[name];
    return seen !== undefined && seen !== versionId;
  });
  return found && `the secret ${found.name}, which holds a keystore's password, has a new version`;
};

/** The last of the reasons: a new certificate would be rendered as it is wanted in any case. */
const outputsChanged = ({ row, before }: Look) => {
  const { current } = row.progress;
  if (current === undefined) return undefined;
  const rendered = current.rendered ?? { encoding: before?.encoding ?? row.declared.certificate.privateKey.encoding };
  return first(
    'OutputsChanged',
    outputsDiffer(rendered, wantedOutputs(row.declared.certificate)),
    passwordChanged(row, rendered),
    trustToFollow(row) === undefined ? undefined : 'the CA that signs it has told of other trust anchors',
  );
};

const CHECKS = [
  secretMissing,
  dataMissing,
  pairDiffers,
  issuerChanged,
  keyChanged,
  requestChanged,
  renewRequested,
  nearExpiry,
  outputsChanged,
];

/** Whether the row's renewal mark is still to be served: what is current was begun before it was set. */
export const isMarked = ({ renewRequestedAt, progress }: CertificateRow): boolean =>
  renewRequestedAt !== undefined && renewRequestedAt !== progress.current?.servedMark;

/** When the row is renewed, by what is current, what is declared and what the CA says now; undefined when nothing is current. */
export const rowRenewal = (row: CertificateRow, now: Date, sweepPeriodMs: number): Renewal | undefined => {
  const { current } = row.progress;
  if (current === undefined) return undefined;
  return renewalOf({
    notBefore: new Date(current.notBefore),
    notAfter: new Date(current.notAfter),
    fingerprint: current.fingerprint,
    wish: row.declared.certificate,
    info: infoOf(row.progress),
    sweepPeriodMs,
    now,
  });
};

/** What the row shows of it. */
export const renewalNoted = (
  { renewAt, rule, why }: Renewal,
  { row, sweepPeriodMs }: { row: CertificateRow; sweepPeriodMs: number },
): Pick<Progress, 'renewAt' | 'renewBecause' | 'outageBudgetMs'> => ({
  renewAt: renewAt.toISOString(),
  renewBecause: `${rule}: ${why}`,
  outageBudgetMs: outageBudgetMs({ renewAt, notAfter: new Date(row.progress.current!.notAfter), sweepPeriodMs }),
});

/** The reason to issue now, or undefined: not before the row's renewal instant. */
export const reissueReason = (row: CertificateRow, now: Date, sweepPeriodMs: number): Reason | undefined => {
  const look: Look = {
    row,
    before: row.progress.current?.asked,
    wanted: askedSummary(row.declared),
    now,
    renewal: rowRenewal(row, now, sweepPeriodMs),
  };
  for (const check of CHECKS) {
    const reason = check(look);
    if (reason !== undefined) return reason;
  }
  return undefined;
};
