// The gate before each step: where a circuit is open, one certificate goes through to probe, the others wait. Also what
// the circuits are told of a step's end. A ledger that does not answer here holds nobody up: the next write will tell.
import { EvercertError } from '../errors.ts';
import { comeBackAt } from '../failure/circuit.ts';
import type { OpenCircuit } from '../failure/ports.ts';
import { isProven, issuerScope, STORE_SCOPE, scopeOf } from '../failure/scope.ts';
import { later } from './claim.ts';
import type { Work } from './row.ts';
import { isOnePass, issuerAtWork, type Visit, workOf } from './visit.ts';

/** So long a probe may take before another one is let through. */
const PROBE_MS = 10 * 60_000;

const scopesAhead = (visit: Visit): readonly string[] => {
  const { phase, segment, outcome } = workOf(visit);
  if (outcome !== undefined) return [];
  if (phase === 'render') return [STORE_SCOPE];
  if (phase !== 'key' && phase !== 'issue') return [];
  const issuer = issuerScope(visit.row.declared.issuer);
  return phase === 'key' ? [STORE_SCOPE, issuer] : [issuer, ...issuerAtWork(visit).scopes(segment)];
};

/** What is told to the circuits may fail without holding anybody up. */
const quietly = async <T>(visit: Visit, asked: Promise<T>): Promise<T | undefined> => {
  const [answer] = await Promise.allSettled([asked]);
  if (answer.status === 'fulfilled') return answer.value;
  visit.ports.log.warn('the circuits do not answer', { certificate: visit.row.name, error: answer.reason });
  return undefined;
};

const withProbes = (visit: Visit, probing: readonly string[]): void => {
  const { probing: _before, ...work } = workOf(visit);
  const next: Work = probing.length === 0 ? work : { ...work, probing };
  visit.row = { ...visit.row, progress: { ...visit.row.progress, work: next } };
};

const mayProbe = async (visit: Visit, { scope, nextProbeAt }: OpenCircuit): Promise<boolean> => {
  const now = visit.ports.clock.now();
  if (nextProbeAt > now.toISOString()) return false;
  return (await quietly(visit, visit.ports.circuits.begin({ scope, now, until: later(visit, PROBE_MS) }))) ?? false;
};

const zoneOf = ({ scope }: OpenCircuit) => (scope.startsWith('zone#') ? { zoneId: scope.slice('zone#'.length) } : {});

/** The first try of what is signed here: it costs nobody anything, and asks afterwards (one-pass.ts). */
const isFirstTry = (visit: Visit): boolean =>
  isOnePass(visit) && workOf(visit).waitingFor === undefined && visit.row.progress.failure === undefined;

/** Throws CIRCUIT_OPEN (class wait, with `retryAt`) where another one probes or nobody may yet. */
export const gate = async (visit: Visit, when: 'before a step' | 'after a fault' = 'before a step'): Promise<void> => {
  const scopes = scopesAhead(visit);
  if (when === 'before a step' && isFirstTry(visit)) return;
  if (scopes.length === 0) return;
  const open = (await quietly(visit, visit.ports.circuits.look())) ?? [];
  for (const circuit of open.filter(({ scope }) => scopes.includes(scope))) {
    const { probing = [] } = workOf(visit);
    if (probing.includes(circuit.scope)) continue;
    if (await mayProbe(visit, circuit)) {
      visit.ports.log.info('probes a circuit', { certificate: visit.row.name, scope: circuit.scope });
      withProbes(visit, [...probing, circuit.scope]);
      continue;
    }
    const { current } = visit.row.progress;
    const now = visit.ports.clock.now();
    const notAfter = current === undefined ? {} : { notAfter: new Date(current.notAfter) };
    throw new EvercertError(
      'CIRCUIT_OPEN',
      `${circuit.scope} fails since ${circuit.openedAt}: ${circuit.code}: ${circuit.message}; one certificate probes, the others wait`,
      { detail: { retryAt: comeBackAt(circuit, { name: visit.row.name, now, ...notAfter }), ...zoneOf(circuit) } },
    );
  }
};

/** Closes what this work has probed and found working. */
export const reportSuccess = async (visit: Visit): Promise<void> => {
  for (const scope of workOf(visit).probing ?? []) {
    await quietly(visit, visit.ports.circuits.close({ scope }));
    visit.ports.log.info('a circuit closes', { scope, certificate: visit.row.name });
  }
};

/** Tells the circuits of a fault: it may be a whole scope's, and it may show that a probed one works. The probe is over. */
export const report = async (visit: Visit, error: EvercertError): Promise<void> => {
  const { probing = [] } = workOf(visit);
  const scope = scopeOf(error, visit.row.declared);
  const { circuits, clock, log } = visit.ports;
  if (scope !== undefined) {
    const retryAt = error.code === 'CA_RATE_LIMITED' ? undefined : error.detail.retryAt;
    await quietly(
      visit,
      circuits.open({
        scope,
        code: error.code,
        message: error.message.slice(0, 500),
        certificate: visit.row.name,
        now: clock.now(),
        probing: probing.includes(scope),
        ...(retryAt === undefined ? {} : { retryAt }),
      }),
    );
  }
  for (const one of probing.filter((other) => other !== scope && isProven(other, error))) {
    await quietly(visit, circuits.close({ scope: one }));
    log.info('a circuit closes', { scope: one, certificate: visit.row.name });
  }
  if (probing.length > 0 && error.code !== 'CIRCUIT_OPEN' && error.code !== 'LIMIT_REACHED') withProbes(visit, []);
};
