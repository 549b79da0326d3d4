// Why a certificate must be (re-)issued: cert-manager's ordered list, as far as a row can tell. Pure; first hit wins.
import type { DeclaredCertificate } from '../declaration/model.ts';
import type { AskedSummary, CertificateRow, ReissueReason } from '../journey/row.ts';
import { renewalTime } from './when.ts';

/** What a declaration asks, as far as a change of it needs a new certificate. Sorted, so that order does not matter. */
export const askedSummary = ({ certificate, issuer }: DeclaredCertificate): AskedSummary => ({
  issuer: `${issuer.kind}/${issuer.name}`,
  server: issuer.acme.server,
  ...(issuer.acme.profile === undefined ? {} : { profile: issuer.acme.profile }),
  dnsNames: [...certificate.dnsNames].sort(),
  ...(certificate.commonName === undefined ? {} : { commonName: certificate.commonName }),
  key: `${certificate.privateKey.algorithm} ${certificate.privateKey.size}`,
  encoding: certificate.privateKey.encoding,
});

export interface Reason {
  readonly code: ReissueReason;
  readonly message: string;
}

interface Look {
  readonly row: CertificateRow;
  readonly before: AskedSummary | undefined;
  readonly wanted: AskedSummary;
  readonly now: Date;
  readonly renewAt: Date | undefined;
}

const differs = (what: string, before: string | undefined, wanted: string | undefined): string | undefined =>
  before === wanted ? undefined : `${what} was ${before ?? 'not set'} and is now ${wanted ?? 'not set'}`;

const first = (code: ReissueReason, ...found: (string | undefined)[]): Reason | undefined => {
  const message = found.find((text) => text !== undefined);
  return message === undefined ? undefined : { code, message };
};

const secretMissing = ({ row }: Look) =>
  first('SecretMissing', row.progress.current === undefined ? 'nothing has been issued yet' : undefined);

const issuerChanged = ({ before, wanted }: Look) =>
  first(
    'IssuerChanged',
    differs('the issuer', before?.issuer, wanted.issuer),
    differs("the issuer's server", before?.server, wanted.server),
    differs("the issuer's profile", before?.profile, wanted.profile),
  );

const keyChanged = ({ before, wanted }: Look) =>
  first(
    'KeyChanged',
    differs('the key', before?.key, wanted.key),
    differs('the key encoding', before?.encoding, wanted.encoding),
  );

const requestChanged = ({ before, wanted }: Look) =>
  first(
    'RequestChanged',
    differs('the list of names', before?.dnsNames.join(', '), wanted.dnsNames.join(', ')),
    differs('the common name', before?.commonName, wanted.commonName),
  );

const nearExpiry = ({ row, now, renewAt }: Look) =>
  first(
    'NearExpiry',
    renewAt !== undefined && renewAt <= now
      ? `due since ${renewAt.toISOString()}, valid until ${row.progress.current?.notAfter}`
      : undefined,
  );

const CHECKS = [secretMissing, issuerChanged, keyChanged, requestChanged, nearExpiry];

/** The row's renewal instant by what is current and what is declared now; undefined when nothing is current. */
export const renewAtOf = (row: CertificateRow, sweepPeriodMs: number): Date | undefined => {
  const { current } = row.progress;
  if (current === undefined) return undefined;
  const lifetime = { notBefore: new Date(current.notBefore), notAfter: new Date(current.notAfter) };
  return renewalTime(lifetime, row.declared.certificate, sweepPeriodMs).renewAt;
};

/** The reason to issue now, or undefined: not before the row's renewal instant. */
export const reissueReason = (row: CertificateRow, now: Date, sweepPeriodMs: number): Reason | undefined => {
  const look: Look = {
    row,
    before: row.progress.current?.asked,
    wanted: askedSummary(row.declared),
    now,
    renewAt: renewAtOf(row, sweepPeriodMs),
  };
  for (const check of CHECKS) {
    const reason = check(look);
    if (reason !== undefined) return reason;
  }
  return undefined;
};
