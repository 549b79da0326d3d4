// A Route53 change that does not settle: given ten minutes, then taken back and tried again in the pace of failures.
import { describe, expect, it } from 'vitest';
import { certificateYaml, issuerYaml, world } from '#test/support/world.ts';

const MINUTE = 60_000;

describe('a change that stays PENDING', () => {
  it('ends the attempt after ten minutes, names the change, takes the value back and keeps the order', async () => {
    const w = world({ insyncAfterMs: 25 * MINUTE });
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    const row = () => w.ledger.row('default/web')!;
    expect(row().progress.failure).toMatchObject({ code: 'DNS_NOT_SETTLED', class: 'step', count: 1 });
    expect(row().progress.failure!.message).toMatch(/^Route53 change \S+ is still PENDING after 10 min \(fix: nothing/);
    expect(new Date(row().progress.failure!.at).getTime() - Date.parse('2026-11-25T12:00:00.000Z')).toBeLessThan(
      11 * MINUTE,
    );
    expect(w.route53.standing()).toEqual([]);
    expect(await w.executions.countRunning()).toBe(0);
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(1);
  });
});
