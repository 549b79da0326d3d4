// Cron expressions on the wall clock of a zone, as tables; the changes of the clocks among them.
import { describe, expect, it } from 'vitest';
import { isTimeZone, nextFire, parseCron } from '#core/renewal/cron.ts';

const next = (cron: string, timeZone: string, from: string): string | undefined => {
  const parsed = parseCron(cron);
  if ('fault' in parsed) return parsed.fault;
  return nextFire(parsed, timeZone, new Date(from))?.toISOString();
};

describe('the next instant of', () => {
  it.each([
    { cron: '0 2 * * *', zone: 'UTC', from: '2026-11-25T02:00:00Z', at: '2026-11-25T02:00:00.000Z' },
    { cron: '0 2 * * *', zone: 'UTC', from: '2026-11-25T02:00:00.001Z', at: '2026-11-26T02:00:00.000Z' },
    { cron: '30 2 * * 1-5', zone: 'UTC', from: '2026-11-27T12:00:00Z', at: '2026-11-30T02:30:00.000Z' },
    { cron: '0 0 * * 7', zone: 'UTC', from: '2026-11-25T00:00:00Z', at: '2026-11-29T00:00:00.000Z' },
    { cron: '0 0 * * sun', zone: 'UTC', from: '2026-11-25T00:00:00Z', at: '2026-11-29T00:00:00.000Z' },
    { cron: '0 0 1 jan *', zone: 'UTC', from: '2026-11-25T00:00:00Z', at: '2027-01-01T00:00:00.000Z' },
    { cron: '0 0 29 2 *', zone: 'UTC', from: '2026-11-25T00:00:00Z', at: '2028-02-29T00:00:00.000Z' },
    { cron: '*/15 9-17 * * *', zone: 'UTC', from: '2026-11-25T09:46:00Z', at: '2026-11-25T10:00:00.000Z' },
    { cron: '5/20 * * * *', zone: 'UTC', from: '2026-11-25T09:46:00Z', at: '2026-11-25T10:05:00.000Z' },
    { cron: '0 0 13 * 5', zone: 'UTC', from: '2026-11-25T00:00:00Z', at: '2026-11-27T00:00:00.000Z' },
    { cron: '0 0 */9 * 1', zone: 'UTC', from: '2026-11-25T00:00:00Z', at: '2026-11-28T00:00:00.000Z' },
    { cron: '0 0 ? * *', zone: 'UTC', from: '2026-11-25T00:00:01Z', at: '2026-11-26T00:00:00.000Z' },
    { cron: '@weekly', zone: 'UTC', from: '2026-11-25T00:00:00Z', at: '2026-11-29T00:00:00.000Z' },
    { cron: '* * * * *', zone: 'UTC', from: '2026-11-25T23:59:01Z', at: '2026-11-26T00:00:00.000Z' },
    { cron: '0 2 * * *', zone: 'Europe/Berlin', from: '2026-11-25T12:00:00Z', at: '2026-11-26T01:00:00.000Z' },
    { cron: '0 2 * * *', zone: 'Asia/Kolkata', from: '2026-11-25T12:00:00Z', at: '2026-11-25T20:30:00.000Z' },
    { cron: '0 2 * * *', zone: 'Pacific/Kiritimati', from: '2026-11-25T12:00:00Z', at: '2026-11-25T12:00:00.000Z' },
    { cron: '0 23 * * *', zone: 'Pacific/Pago_Pago', from: '2026-11-25T12:00:00Z', at: '2026-11-26T10:00:00.000Z' },
  ])('"$cron" in $zone after $from is $at', ({ cron, zone, from, at }) => {
    expect(next(cron, zone, from)).toBe(at);
  });

  it('a day that never comes does not exist', () => {
    expect(next('0 0 31 2 *', 'UTC', '2026-11-25T00:00:00Z')).toBeUndefined();
  });
});

describe('when the clocks change', () => {
  it.each([
    { what: 'before they go forward', from: '2026-03-28T00:00:00Z', at: '2026-03-28T01:30:00.000Z' },
    {
      what: 'an hour that is left out comes after the jump',
      from: '2026-03-28T12:00:00Z',
      at: '2026-03-29T01:30:00.000Z',
    },
    { what: 'after they went forward', from: '2026-03-29T12:00:00Z', at: '2026-03-30T00:30:00.000Z' },
    {
      what: 'an hour that comes twice counts once, the first time',
      from: '2026-10-24T12:00:00Z',
      at: '2026-10-25T00:30:00.000Z',
    },
    { what: 'after they went back', from: '2026-10-25T00:30:01Z', at: '2026-10-26T01:30:00.000Z' },
  ])('02:30 in Berlin, $what: $at', ({ from, at }) => {
    expect(next('30 2 * * *', 'Europe/Berlin', from)).toBe(at);
  });
});

describe('an expression', () => {
  it.each([
    ['0 2 * *', 'five fields are expected: minute hour day-of-month month day-of-week'],
    ['0 0 2 * * *', 'five fields are expected: minute hour day-of-month month day-of-week'],
    ['60 2 * * *', '"60" is no minute (0-59)'],
    ['0 24 * * *', '"24" is no hour (0-23)'],
    ['0 0 0 * *', '"0" is no day of the month (1-31)'],
    ['0 0 1 foo *', '"foo" is no month (1-12)'],
    ['0 0 * * 8', '"8" is no day of the week (0-7)'],
    ['0 5-3 * * *', '"5-3" is no hour (0-23)'],
    ['*/0 * * * *', '"*/0" is no minute (0-59)'],
    ['*-5 * * * *', '"*-5" is no minute (0-59)'],
    ['1,,2 * * * *', '"1,,2" is no minute (0-59)'],
    ['', 'five fields are expected: minute hour day-of-month month day-of-week'],
    ['@every 1h', 'five fields are expected: minute hour day-of-month month day-of-week'],
  ])('"%s" is refused: %s', (cron, fault) => {
    expect(parseCron(cron)).toEqual({ fault });
  });

  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['+01:00', false],
    ['', false],
  ])('of the zone "%s": known is %s', (zone, known) => {
    expect(isTimeZone(zone)).toBe(known);
  });
});
