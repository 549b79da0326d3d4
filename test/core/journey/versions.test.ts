// A secret holds about a hundred versions and twenty labels (Secrets Manager quotas), and wants no more than one write in
// ten minutes over long times: how many versions a certificate makes, and what keeps its labels.
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const declared = async (): Promise<World> => {
  const w = world();
  await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
  return w;
};
const writes = (w: World): number => w.secrets.model.calls.filter((call) => call === 'PutSecretValue').length;
const versions = (w: World): number => w.secrets.model.secrets.get('evercert/default/web')!.versions.size;

describe('the versions of a secret', () => {
  it('are two for each issuance, the key and the bundle; all others lose their labels, so that AWS removes them', async () => {
    const w = await declared();
    await w.tick();
    const first = versions(w);
    for (let i = 0; i < 5; i++) {
      w.pass(61 * DAY);
      await w.tick();
    }
    expect(w.ledger.row('default/web')!.progress.current?.revision).toBe(6);
    expect(versions(w) - first).toBe(10);
    expect(w.secrets.labels('evercert/default/web')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('are none while nothing is to be done, however often the sweep comes', async () => {
    const w = await declared();
    await w.tick();
    const before = writes(w);
    for (let i = 0; i < 50; i++) {
      w.pass(HOUR);
      await w.tick();
    }
    expect(writes(w)).toBe(before);
  });

  it('are at most six on a day on which every try fails, because tries come in growing gaps', async () => {
    const w = await declared();
    w.faults.hook = ({ port, method, when }) => {
      const isValidating = JSON.stringify(w.ledger.row('default/web') ?? {}).includes('"stage":"validate"');
      if (port === 'AcmeOrders' && method === 'read' && when === 'before' && isValidating)
        throw new EvercertError('CHALLENGE_FAILED', 'no TXT record');
    };
    for (let minutes = 0; minutes < 24 * 60; minutes += 5) {
      await w.tick();
      w.pass(5 * MINUTE);
    }
    expect(w.ledger.row('default/web')!.progress.failure?.count).toBeGreaterThanOrEqual(3);
    expect(writes(w)).toBeLessThanOrEqual(6);
  });
});
