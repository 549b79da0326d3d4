// INSYNC says that all of Route53's servers have a change. Where another server is asked all the same and lags, the CA
// sees no value: that ends the order by the CA's words, and the next try follows by itself.
import { describe, expect, it } from 'vitest';
import { certificateYaml, issuerYaml, world } from '#test/support/world.ts';

const MINUTE = 60_000;

describe('a name server that lags behind INSYNC', () => {
  it('costs one failed authorization, told with the words of the CA; the next try opens a new order and is issued', async () => {
    const w = world();
    let lags = true;
    const { txt } = w.route53;
    w.route53.txt = (name) => (lags ? [] : txt.call(w.route53, name));
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    const { progress } = w.ledger.row('default/web')!;
    expect(progress.failure).toMatchObject({
      code: 'CHALLENGE_FAILED',
      class: 'step',
      count: 1,
      retryAt: expect.stringMatching(/^2026-11-25T12:0[12]/),
    });
    expect(progress.failure!.message).toMatch(
      /the CA could not validate web\.example\.com: .*\(fix: check that the zone/,
    );
    expect(w.route53.standing()).toEqual([]);
    lags = false;
    w.pass(2 * MINUTE);
    await w.tick();
    expect(w.ledger.row('default/web')!.progress).toMatchObject({ current: { generation: 1 } });
    expect(w.ledger.row('default/web')!.progress.failure).toBeUndefined();
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(2);
    expect(w.route53.standing()).toEqual([]);
  });
});
