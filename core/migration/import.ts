// Many Secrets, each matched to the Certificate that declares it, a few at a time. It must never stop at one that fails.
import { atOnce } from '../at-once.ts';
import { CODES } from '../codes.ts';
import type { DeclaredCertificate } from '../declaration/model.ts';
import type { LeftOut } from '../declaration/read.ts';
import { asEvercertError } from '../errors.ts';
import { renewalOf } from '../renewal/when.ts';
import { adoptOne } from './adopt-one.ts';
import { IMPORT_CODES, type ImportCodeName } from './codes.ts';
import { type Fit, fitOf } from './fit.ts';
import type { KubernetesSecret } from './kubernetes-secrets.ts';
import type { ImportPorts, ImportSettings } from './ports.ts';

/** What became of one declared Certificate; plain JSON, which scripts read. */
export interface Imported {
  /** `namespace/name` */
  readonly certificate: string;
  /** `namespace/secretName` */
  readonly secret: string;
  /** `adoptable` on a dry run; `missing`: no such Secret was given. */
  readonly status: 'adopted' | 'adoptable' | 'already' | 'refused' | 'missing';
  /** SHA-256 of the leaf's DER. */
  readonly fingerprint?: string;
  readonly notAfter?: string;
  /** When it will be renewed, by what is declared; the CA may wish otherwise. */
  readonly renewAt?: string;
  readonly code?: string;
  readonly message?: string;
  readonly fix?: string;
}

export interface ToImport {
  readonly certificates: readonly DeclaredCertificate[];
  readonly secrets: readonly KubernetesSecret[];
}

/** Secrets of certificates in work at once. */
const AT_ONCE = 10;
/** PutSecretValue, and a label that is moved, and one that is dropped. */
const WRITES = 3;
/** The service writes too. */
const SHARE = 0.8;

const secretKey = (namespace: string, name: string): string => `${namespace}/${name}`;

const refused = (code: ImportCodeName, message: string) => ({
  status: 'refused' as const,
  code,
  message: `${IMPORT_CODES[code].meaning}: ${message}`,
  fix: IMPORT_CODES[code].fix,
});

const factsOf = ({ facts }: Fit, declared: DeclaredCertificate, ports: ImportPorts, settings: ImportSettings) => {
  const { renewAt } = renewalOf({
    notBefore: new Date(facts.notBefore),
    notAfter: new Date(facts.notAfter),
    fingerprint: facts.fingerprint,
    wish: declared.certificate,
    info: undefined,
    sweepPeriodMs: settings.sweepPeriodMs,
    now: ports.clock.now(),
  });
  return { fingerprint: facts.fingerprint, notAfter: facts.notAfter, renewAt: renewAt.toISOString() };
};

type Outcome = Omit<Imported, 'certificate' | 'secret'>;

const importFit = async (
  declared: DeclaredCertificate,
  fit: Fit,
  ports: ImportPorts,
  settings: ImportSettings,
): Promise<Outcome> => {
  const [done] = await Promise.allSettled([adoptOne({ certificate: declared.name, fit }, ports, settings)]);
  const facts = factsOf(fit, declared, ports, settings);
  if (done.status === 'rejected') {
    const { code, message } = asEvercertError(done.reason);
    return { status: 'refused', ...facts, code, message, fix: CODES[code].fix };
  }
  if (typeof done.value !== 'string') return { ...facts, ...refused(done.value.code, done.value.message) };
  return { status: settings.dryRun && done.value === 'adopted' ? 'adoptable' : done.value, ...facts };
};

const importOne = async (
  declared: DeclaredCertificate,
  secrets: readonly KubernetesSecret[],
  ports: ImportPorts,
  settings: ImportSettings,
): Promise<Outcome> => {
  const [secret, ...more] = secrets;
  if (secret === undefined) return { status: 'missing' };
  const chains = new Set(secrets.map(({ data }) => data['tls.crt']?.open()));
  if (more.length > 0 && chains.size > 1) return refused('IMPORT_TWICE', `it is there ${secrets.length} times`);
  const { anyIssuer } = settings;
  const fit = await fitOf({ declared, secret, now: ports.clock.now(), anyIssuer }, ports.keystores);
  return 'code' in fit ? refused(fit.code, fit.message) : importFit(declared, fit, ports, settings);
};

/** So that no more is written a second than the account allows. */
const pace = async (
  outcomes: readonly Imported[],
  startedAt: Date,
  { clock, timer }: ImportPorts,
  perSecond: number,
) => {
  const written = outcomes.filter(({ status }) => status === 'adopted').length * WRITES;
  const dueMs = (written / (perSecond * SHARE)) * 1000 - (clock.now().getTime() - startedAt.getTime());
  if (dueMs > 0) await timer.sleep(dueMs);
};

/** A Certificate that is not accepted cannot take anything over. */
export const leftOutOf = ({ name, reason }: LeftOut): Imported => ({
  certificate: name,
  secret: '',
  status: 'refused',
  code: reason.code,
  message: reason.message,
  fix: 'run evercert check: this Certificate is not accepted',
});

/**
 * Imports what it can, in the certificates' order; `tell` hears of each as soon as its group is done. Repeating it is
 * harmless. Never throws for one of them.
 */
export const importSecrets = async (
  { certificates, secrets }: ToImport,
  ports: ImportPorts,
  settings: ImportSettings & { readonly tell?: (one: Imported) => void },
): Promise<readonly Imported[]> => {
  const byName = Map.groupBy(secrets, ({ namespace, name }) => secretKey(namespace, name));
  const all: Imported[] = [];
  for (let at = 0; at < certificates.length; at += AT_ONCE) {
    const startedAt = ports.clock.now();
    const group = await atOnce(AT_ONCE, certificates.slice(at, at + AT_ONCE), async (declared): Promise<Imported> => {
      const secret = secretKey(declared.certificate.namespace, declared.certificate.secretName);
      const found = byName.get(secret) ?? [];
      return { certificate: declared.name, secret, ...(await importOne(declared, found, ports, settings)) };
    });
    for (const one of group) settings.tell?.(one);
    all.push(...group);
    if (at + AT_ONCE < certificates.length) await pace(group, startedAt, ports, settings.secretsWritesPerSecond);
  }
  return all;
};
