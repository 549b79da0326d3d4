// Killed before and after each external call of a rendering anew, then resumed by a new composition: the same certificate
// in one new version, no order, told.
import { createSecureContext } from 'node:tls';
import { expect, it } from 'vitest';
import { killAt } from '#test/support/kill.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const STORES = `
  keystores:
    pkcs12: { create: true, passwordSecretRef: { name: store-pass, key: password } }
    jks: { create: true, passwordSecretRef: { name: store-pass, key: password } }
`;

const changed = async (): Promise<World> => {
  const w = world();
  w.secrets.plant('evercert-refs/default/store-pass', '{"password":"changeit"}');
  await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
  await w.tick();
  await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com'], STORES));
  return w;
};

const countCalls = async (): Promise<number> => {
  const w = await changed();
  let calls = 0;
  w.faults.hook = ({ when }) => {
    if (when === 'before') calls++;
  };
  await w.tick();
  return calls;
};

const expectRendered = (w: World): void => {
  const { progress } = w.ledger.row('default/web')!;
  const value = w.current('default/web');
  expect(progress.work).toBeUndefined();
  expect(progress.failure).toBeUndefined();
  expect(progress.current?.versionId).toBe(value['version-id']);
  expect(progress.current?.fingerprint).toBe(value.sha256);
  const pfx = Buffer.from(value['keystore.p12']!, 'base64');
  expect(() => createSecureContext({ pfx, passphrase: 'changeit' })).not.toThrow();
  expect(w.ca.orders.size).toBe(1);
  const [, ...rendered] = w.ledger.history('default/web').filter(({ kind }) => kind === 'issued');
  expect(rendered).toMatchObject([{ reason: 'OutputsChanged', versionId: value['version-id'] }]);
  const told = w.bus.published().filter(({ detailType }) => detailType === 'Evercert Certificate Rendered');
  expect(new Set(told.map(({ detail }) => detail.id))).toEqual(new Set([rendered[0]!.id]));
  expect(w.secrets.labels('evercert/default/web').filter((label) => label.startsWith('evercert'))).toEqual([]);
};

it('a rendering anew ends the same when the process is killed before or after any of its calls', async () => {
  const calls = await countCalls();
  expect(calls).toBeGreaterThan(15);
  for (let k = 1; k <= calls; k++) {
    for (const when of ['before', 'after'] as const) {
      const w = await changed();
      const { killed } = killAt(w, k, when);
      await w.tick().catch(() => undefined);
      w.faults.hook = () => undefined;
      for (let sweeps = 0; sweeps < 4; sweeps++) {
        w.pass(11 * MINUTE);
        await w.tick();
      }
      const at = `killed ${when} ${killed()?.port}.${killed()?.method} (call ${k} of ${calls})`;
      try {
        expectRendered(w);
      } catch (error) {
        throw new Error(`${at}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
}, 120_000);
