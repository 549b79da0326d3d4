// The one pass of an issuer that signs here, killed before and after each of its calls, then resumed by a new composition:
// readers never meet half a pair, what had become current is adopted, and each issuance is told of once.
import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseChain } from '#core/certificate/chain.ts';
import type { HookedCall } from '#test/support/hooks.ts';
import { caIssuerYaml, caYaml, leafYaml, SELF_SIGNED } from '#test/support/own-ca-yaml.ts';
import { type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ROOT = SELF_SIGNED + caIssuerYaml('root', 'root-tls') + caYaml('root', { issuer: 'self', kind: 'ClusterIssuer' });
const LEAF = leafYaml('leaf', { issuer: 'root', duration: '1440h' });

interface Scenario {
  readonly scenario: string;
  make(): Promise<World>;
  readonly certificate: string;
  readonly issued: number;
}

const settled = async (w: World, sweeps: number): Promise<World> => {
  for (let i = 0; i < sweeps; i++) {
    await w.tick();
    w.pass(11 * MINUTE);
  }
  return w;
};

const deployed = async (yaml: string): Promise<World> => {
  const w = world();
  await w.deploy(yaml);
  return w;
};

const first = () => deployed(ROOT);

const leaf = async () => {
  const w = await settled(await deployed(ROOT), 2);
  await w.deploy(ROOT + LEAF);
  return w;
};

const renewal = async () => {
  const w = await settled(await deployed(ROOT + LEAF), 2);
  w.pass(41 * DAY);
  return w;
};

const caRenewal = async () => {
  const w = await settled(await renewal(), 2);
  w.pass(19 * DAY);
  return w;
};

const SCENARIOS: readonly Scenario[] = [
  { scenario: 'a first self-signed CA', make: first, certificate: 'pki/root', issued: 1 },
  { scenario: 'a first leaf', make: leaf, certificate: 'pki/leaf', issued: 1 },
  { scenario: 'the renewal of a leaf', make: renewal, certificate: 'pki/leaf', issued: 2 },
  { scenario: 'the renewal of a CA with a dependent', make: caRenewal, certificate: 'pki/root', issued: 2 },
];

/** From call `k` on nothing gets through any more: what a killed process looks like from outside. */
const killAt = (w: World, k: number, when: HookedCall['when']) => {
  let seen = 0;
  let killed: HookedCall | undefined;
  w.faults.hook = (call) => {
    if (killed !== undefined) throw new Error('the process is dead');
    if (call.when === when && ++seen === k) {
      killed = call;
      throw new Error('killed');
    }
  };
  return () => killed;
};

const countCalls = async (make: () => Promise<World>): Promise<number> => {
  const w = await make();
  let calls = 0;
  w.faults.hook = ({ when }) => {
    if (when === 'before') calls++;
  };
  await w.tick();
  return calls;
};

/** What a reader meets at any moment: nothing, or a pair that belongs together. */
const expectWholePair = (w: World, certificate: string): void => {
  const value = w.current(certificate);
  if (value['tls.crt'] === undefined) return;
  expect(parseChain(value['tls.crt'])[0]!.checkPrivateKey(createPrivateKey(value['tls.key']!))).toBe(true);
};

const expectDone = (w: World, { certificate, issued }: Scenario): void => {
  const { progress } = w.ledger.row(certificate)!;
  const value = w.current(certificate);
  expectWholePair(w, certificate);
  expect(progress.current?.versionId).toBe(value['version-id']);
  expect(progress.current?.fingerprint).toBe(value.sha256);
  expect(progress.work).toBeUndefined();
  expect(progress.failure).toBeUndefined();
  expect(w.secrets.labels(`evercert/${certificate}`).filter((label) => label.startsWith('evercert'))).toEqual([]);
  const records = w.ledger
    .history(certificate)
    .filter(({ kind, reason }) => kind === 'issued' && reason !== 'OutputsChanged');
  expect(records).toHaveLength(issued);
  const told = new Set(w.bus.published().map(({ detail }) => detail.id));
  expect(records.every(({ id }) => told.has(id))).toBe(true);
  const [root, signed] = [w.current('pki/root'), w.current('pki/leaf')];
  if (signed['ca.crt'] !== undefined) expect(signed['ca.crt']).toBe(root['ca.crt']);
};

describe.each(SCENARIOS)('$scenario', (one) => {
  it('ends the same when the process is killed before or after any of its calls', async () => {
    const calls = await countCalls(one.make);
    const places = new Set<string>();
    for (let k = 1; k <= calls; k++) {
      for (const when of ['before', 'after'] as const) {
        const w = await one.make();
        const killed = killAt(w, k, when);
        await w.tick().catch(() => undefined);
        w.faults.hook = () => undefined;
        const at = `${when} ${killed()?.port}.${killed()?.method}`;
        places.add(at);
        try {
          expectWholePair(w, one.certificate);
          await settled(w, 4);
          expectDone(w, one);
        } catch (error) {
          throw new Error(`${one.scenario}, killed ${at} (call ${k} of ${calls}): ${(error as Error).message}`, {
            cause: error,
          });
        }
      }
    }
    console.log(`${one.scenario}: killed ${calls * 2} times, at ${places.size} different places`);
    expect(places.size).toBeGreaterThan(10);
  }, 120_000);
});
