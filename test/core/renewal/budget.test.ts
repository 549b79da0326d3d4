// The outage budget as a table of literals, and where it is kept.
import { describe, expect, it } from 'vitest';
import { outageBudgetMs } from '#core/renewal/budget.ts';
import { certificateYaml, issuerYaml, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const renewAt = new Date('2027-01-24T12:00:00.000Z');

describe('the outage budget', () => {
  it.each([
    { what: '30 days of 90', leftMs: 30 * DAY, expected: 29 * DAY - 15 * MINUTE },
    { what: '15 days of 45', leftMs: 15 * DAY, expected: 14 * DAY - 15 * MINUTE },
    { what: '80 hours of 160', leftMs: 80 * HOUR, expected: 70 * HOUR - 15 * MINUTE },
    { what: '4 hours of 8', leftMs: 4 * HOUR, expected: 3 * HOUR + 15 * MINUTE },
    { what: 'half an hour', leftMs: 30 * MINUTE, expected: 5 * MINUTE },
    { what: 'nothing that would do', leftMs: 20 * MINUTE, expected: 0 },
  ])('of $what, swept every five minutes', ({ leftMs, expected }) => {
    const notAfter = new Date(renewAt.getTime() + leftMs);
    expect(outageBudgetMs({ renewAt, notAfter, sweepPeriodMs: 5 * MINUTE })).toBe(expected);
  });

  it('stands in the row from its first certificate on', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com'], '  renewBefore: 480h'));
    await w.tick();
    const budget = w.ledger.row('default/web')!.progress.outageBudgetMs!;
    // Renewals are spread, to the safe side.
    expect(budget).toBeGreaterThanOrEqual(19 * DAY - 15 * MINUTE);
    expect(budget).toBeLessThan(20 * DAY);
  });
});
