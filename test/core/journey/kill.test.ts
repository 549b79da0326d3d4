// Killed before and after each external call of a first issue and of a renewal, then resumed by a new composition: the
// promises of the design hold whatever was under way (architecture: promises 2, 3, 4, 5, 8).
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { killAt } from '#test/support/kill.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NAMES = ['example.com', '*.example.com', 'shop.example.org'];

const start = async (): Promise<World> => {
  const w = world({ insyncAfterMs: 400 });
  await w.deploy(issuerYaml() + certificateYaml('web', NAMES));
  return w;
};

const renewal = async (): Promise<World> => {
  const w = await start();
  await w.tick();
  w.pass(61 * DAY);
  return w;
};

const countCalls = async (scenario: () => Promise<World>): Promise<number> => {
  const w = await scenario();
  let calls = 0;
  w.faults.hook = ({ when }) => {
    if (when === 'before') calls++;
  };
  await w.tick();
  return calls;
};

const stagedKeys = (w: World): number =>
  [...w.secrets.model.secrets.get('evercert/default/web')!.versions.values()].filter(({ text }) =>
    text?.includes('staged-key'),
  ).length;

const expectPromises = (w: World, expected: { issued: number; orphans: number }): void => {
  const row = w.ledger.row('default/web')!;
  const value = w.current('default/web');
  expect(row.progress.current?.versionId).toBe(value['version-id']);
  expect(new X509Certificate(value['tls.crt']!).fingerprint256.replaceAll(':', '').toLowerCase()).toBe(
    row.progress.current?.fingerprint,
  );
  expect(row.progress.work).toBeUndefined();
  expect(w.ca.ordersOpened(NAMES)).toBeLessThanOrEqual(expected.issued + expected.orphans);
  expect([...w.ca.orders.values()].filter(({ status }) => status === 'valid')).toHaveLength(expected.issued);
  expect(stagedKeys(w)).toBe(expected.issued);
  expect(w.route53.standing()).toEqual([]);
  expect(w.ledger.txtClaims()).toEqual([]);
  expect(w.secrets.labels('evercert/default/web').filter((label) => label.startsWith('evercert'))).toEqual([]);
  const issued = w.ledger.history('default/web').filter(({ kind }) => kind === 'issued');
  expect(issued).toHaveLength(expected.issued);
  const told = new Set(w.bus.published().map(({ detail }) => detail.id));
  expect(issued.every(({ id }) => told.has(id))).toBe(true);
};

describe.each([
  { scenario: 'a first issue', make: start, issued: 1 },
  { scenario: 'a renewal', make: renewal, issued: 2 },
])('$scenario', ({ scenario, make, issued }) => {
  it('ends the same when the process is killed before or after any of its calls', async () => {
    const calls = await countCalls(make);
    const kills: string[] = [];
    for (let k = 1; k <= calls; k++) {
      for (const when of ['before', 'after'] as const) {
        const w = await make();
        const { killed, before } = killAt(w, k, when);
        await w.tick().catch(() => undefined);
        w.faults.hook = () => undefined;
        for (let sweeps = 0; sweeps < 4; sweeps++) {
          w.pass(11 * MINUTE);
          await w.tick();
        }
        const at = killed();
        kills.push(`${when} ${at?.port}.${at?.method}`);
        // Only an order whose URL was not yet recorded can be left behind.
        const unrecorded = when === 'after' ? at : before();
        const orphans = unrecorded?.port === 'AcmeOrders' && unrecorded.method === 'open' ? 1 : 0;
        try {
          expectPromises(w, { issued, orphans });
        } catch (error) {
          throw new Error(`${scenario}, killed ${kills.at(-1)} (call ${k} of ${calls}): ${(error as Error).message}`, {
            cause: error,
          });
        }
      }
    }
    console.log(`${scenario}: killed ${kills.length} times, at ${new Set(kills).size} different places`);
    expect(kills.length).toBe(calls * 2);
  }, 120_000);
});
