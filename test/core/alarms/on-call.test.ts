// The person on call, simulated: each fault of the catalogue that reaches somebody, when, and with which words; and that
// nobody hears of a healthy fleet. Printed as a table, because it is what one would ask first.
import { describe, expect, it } from 'vitest';
import type { AlarmId } from '#core/alarms/ids.ts';
import { alarmText } from '#core/alarms/resolve.ts';
import { ALARMS } from '#core/alarms/table.ts';
import type { ErrorCode } from '#core/codes.ts';
import { thresholdsOf } from '#core/health/life.ts';
import type { Told } from '#test/support/cloudwatch/cloudwatch.ts';
import { NAMES, OnCall } from '#test/support/cloudwatch/on-call.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Row {
  readonly rows: string;
  readonly fault: string;
  /** The first that is heard, and within how many minutes of the fault. */
  readonly hears: string;
  readonly within: number;
  readonly inject: (world: OnCall) => void;
  readonly codes?: readonly ErrorCode[];
}

const failsWith =
  (code: ErrorCode) =>
  ({ faults }: OnCall): void => {
    faults.codes.due = code;
  };
const given = (id: 'executions-lost' | 'dead-letters' | 'delivery-dead-letters') => (world: OnCall) => {
  world.faults.given[id] = 1;
};

/** A person must act: told after the next sweep, two looks, and the ten minutes that a known outage is waited for. */
const HUMAN: readonly (readonly [rows: string, fault: string, code: ErrorCode])[] = [
  ['22', 'a plain TXT record stands at the challenge name', 'DNS_TXT_CONFLICT'],
  ['23', 'the zone is delegated elsewhere', 'DNS_NOT_DELEGATED'],
  ['24', 'no permission on the zone', 'DNS_DENIED'],
  ['25', 'a CAA record forbids the CA', 'CAA_FORBIDS'],
  ['26', 'a CNAME loop', 'DNS_CNAME_LOOP'],
  ['28', 'the zone is gone', 'DNS_NO_ZONE'],
  ['33', 'the CA has paused the name', 'CA_PAUSED'],
  ['37', 'the CA wants something of the account', 'ACCOUNT_REFUSED'],
  ['43', 'the Private CA is disabled', 'PRIVATE_CA_UNUSABLE'],
  ['43', 'the certificate would outlive its CA', 'CA_ENDS_FIRST'],
  ['44', 'a quota of the Private CA is used up', 'PRIVATE_CA_QUOTA'],
  ['48', 'the name is taken by a foreign secret', 'SECRET_FOREIGN'],
  ['50', 'the secret would be too large', 'SECRET_TOO_LARGE'],
  ['51', 'the KMS key is disabled', 'KMS_UNUSABLE'],
  ['59', 'the password of a keystore is missing', 'KEYSTORE_PASSWORD_ABSENT'],
];
/** What may pass by itself: told with the third failure. */
const STEPS: readonly (readonly [rows: string, fault: string, code: ErrorCode])[] = [
  ['17', 'a change in Route53 stays PENDING', 'DNS_NOT_SETTLED'],
  ['27', 'DNSSEC is broken', 'DNS_LOOKUP_FAILED'],
  ['32', 'an authorization fails', 'CHALLENGE_FAILED'],
  ['40', 'the CA issues something else than was asked', 'CERT_REJECTED'],
];

const ROWS: readonly Row[] = [
  {
    rows: '8',
    fault: 'the schedule is disabled',
    hears: 'page',
    within: 13,
    inject: ({ faults }) => void Object.assign(faults, { schedule: 'DISABLED' }),
  },
  {
    rows: '13',
    fault: 'a deploy breaks the sweep',
    hears: 'page',
    within: 13,
    inject: ({ faults }) => void Object.assign(faults, { sweeps: 'stopped' }),
  },
  {
    rows: '13',
    fault: 'a deploy breaks advance',
    hears: 'executions-lost',
    within: 35,
    inject: given('executions-lost'),
  },
  { rows: '7', fault: 'a call cannot be delivered', hears: 'dead-letters', within: 10, inject: given('dead-letters') },
  {
    rows: '7',
    fault: 'a message is poison',
    hears: 'delivery-dead-letters',
    within: 10,
    inject: given('delivery-dead-letters'),
  },
  {
    rows: '9',
    fault: 'nothing that is due is started',
    hears: 'attention',
    within: 50,
    inject: ({ faults }) => void Object.assign(faults, { queue: 'stuck' }),
  },
  ...HUMAN.map(([rows, fault, code]) => ({
    rows,
    fault,
    hears: 'attention',
    within: 30,
    inject: failsWith(code),
    codes: [code],
  })),
  ...STEPS.map(([rows, fault, code]) => ({
    rows,
    fault,
    hears: 'attention',
    within: 45,
    inject: failsWith(code),
    codes: [code],
  })),
  {
    rows: '30',
    fault: 'the CA limits the rate again and again',
    hears: 'attention',
    within: 75,
    inject: failsWith('CA_RATE_LIMITED'),
  },
  {
    rows: '36',
    fault: 'the CA is out, for all',
    hears: 'issuer-outage',
    within: 20,
    inject: ({ faults }) =>
      void Object.assign(faults.codes, { due: 'CA_UNREACHABLE', due2: 'CA_UNREACHABLE', due3: 'CA_UNREACHABLE' }),
  },
  {
    rows: '43',
    fault: 'a CA ends soon',
    hears: 'authority-ending',
    within: 20,
    inject: ({ faults }) => void Object.assign(faults, { authoritiesEnding: 1 }),
  },
  {
    rows: '47 49',
    fault: 'a secret is edited or deleted by hand',
    hears: 'secret-drifted',
    within: 20,
    inject: ({ faults }) => void Object.assign(faults, { drifted: 1 }),
  },
  {
    rows: '55-57',
    fault: 'a cluster does not get what was issued',
    hears: 'deliveries-lagging',
    within: 40,
    inject: (world) => void Object.assign(world.faults, { lagSince: world.now }),
  },
  {
    rows: '-',
    fault: 'the watchdog itself is dead',
    hears: 'watchdog-silent',
    within: 48,
    inject: ({ faults }) => void Object.assign(faults, { watchdog: 'dead' }),
  },
];

/** Three certificates become due after a quiet day; others are in good order. */
const quiet = () =>
  new OnCall({
    certificates: ['due', 'due2', 'due3', 'well', 'fine'].map((name, index) => ({
      name,
      days: 90,
      age: index < 3 ? 2 / 3 - 1 / 90 : 0.1,
    })),
  });
const minutesTo = (at: Date, from: Date) => (at.getTime() - from.getTime()) / MINUTE;
const printed: string[] = [];
/** Of a composite: the words of what it tells of, which the command in its own words prints. */
const wordsOf = ({ because }: Told) => because.map((id) => alarmText(ALARMS[id], NAMES)).join(' | ');
const print = (rows: string, fault: string, from: Date, told: Told) => {
  const { at, alarm, because } = told;
  const heard = because.includes(alarm as AlarmId) ? alarm : `${alarm}: ${because.join(', ')}`;
  const minutes = `${minutesTo(at, from)} min`;
  printed.push(`${rows.padEnd(6)} ${fault.padEnd(46)} ${minutes.padStart(8)}  ${heard.padEnd(33)} ${wordsOf(told)}`);
};

describe('the simulated on-call', () => {
  it.each(ROWS)(
    '$rows: $fault: hears $hears within $within minutes',
    async ({ rows, fault, hears, within, inject }) => {
      const world = quiet();
      await world.pass(DAY);
      expect([world.cloudwatch.told, world.mails]).toEqual([[], []]);
      const from = world.now;
      inject(world);
      await world.pass(3 * HOUR);
      const first = world.cloudwatch.told.find(({ alarm }) => alarm === hears);
      expect(
        first,
        `nobody hears of it; told: ${world.cloudwatch.told.map(({ alarm }) => alarm).join(' ')}`,
      ).toBeDefined();
      print(rows, fault, from, first!);
      expect(minutesTo(first!.at, from)).toBeLessThanOrEqual(within);
      const pages = world.cloudwatch.told.filter(({ severity }) => severity === 'page');
      expect(pages.map(({ alarm }) => alarm)).toEqual(hears === 'page' ? ['page'] : []);
    },
  );

  it.each([
    ['160 hours', 20 / 3],
    ['45 days', 45],
    ['90 days', 90],
  ])(
    'a certificate of %s that nobody mends pages when six tenths of its time to renew are gone, and not before',
    async (words, days) => {
      const world = new OnCall({ certificates: [{ name: 'due', days, age: days < 10 ? 0.5 : 2 / 3 }] });
      world.faults.codes.due = 'CHALLENGE_FAILED';
      const { criticalAt } = thresholdsOf(world.life('due'));
      await world.pass(criticalAt.getTime() - world.now.getTime() + HOUR);
      const pages = world.cloudwatch.told.filter(({ severity }) => severity === 'page');
      const minutes = pages.map(({ at }) => minutesTo(at, criticalAt));
      if (pages[0] !== undefined) print('-', `overdue: ${words}, critical`, criticalAt, pages[0]);
      expect(minutes).toHaveLength(1);
      expect(minutes[0]).toBeGreaterThan(0);
      expect(minutes[0]).toBeLessThanOrEqual(12);
    },
  );

  it('36: an outage of the CA holds warnings back, tells its cause once, and pages when one is critical', async () => {
    const world = new OnCall({
      certificates: ['due', 'due2', 'due3'].map((name) => ({ name, days: 20 / 3, age: 0.5 })),
    });
    world.faults.codes['*'] = 'CA_UNREACHABLE';
    const { criticalAt } = thresholdsOf(world.life('due'));
    await world.pass(criticalAt.getTime() - world.now.getTime() + HOUR);
    expect(world.cloudwatch.told.map(({ alarm, because }) => [alarm, because])).toEqual([
      ['issuer-outage', ['issuer-outage']],
      ['page', ['overdue-critical']],
    ]);
  });

  it('maintenance that is announced holds a page back for an hour; then it is told, if it stands', async () => {
    const world = quiet();
    await world.pass(DAY / 2);
    world.cloudwatch.put('maintenance', 1, world.now);
    world.faults.sweeps = 'stopped';
    const from = world.now;
    await world.pass(3 * HOUR);
    const [page] = world.cloudwatch.told.filter(({ alarm }) => alarm === 'page');
    expect(minutesTo(page!.at, from)).toBeGreaterThanOrEqual(60);
    expect(minutesTo(page!.at, from)).toBeLessThanOrEqual(80);
  });

  it('prints the time to each message, and its words', () => {
    console.log(`rows   ${'fault'.padEnd(46)}     time  ${'heard as'.padEnd(33)} text\n${printed.join('\n')}`);
    expect(printed).toHaveLength(ROWS.length + 3);
  });
});

describe('a sweep that has stopped', () => {
  const cases = ([1, 5, 60] as const).flatMap((period) =>
    (['clock', 'sliding'] as const).flatMap((windows) =>
      [0, 2, 30].map((lookBack) => [period, windows, lookBack] as const),
    ),
  );

  it.each(cases)(
    'pages within two periods and three minutes: %i minutes, %s windows, %i points of look-back',
    async (period, windows, lookBack) => {
      const world = new OnCall({
        certificates: [{ name: 'well', days: 90 }],
        sweepPeriodMinutes: period,
        windows,
        lookBack,
      });
      await world.pass(6 * HOUR);
      const last = world.now.getTime() - period * MINUTE;
      world.faults.sweeps = 'stopped';
      await world.pass(4 * HOUR);
      const [page] = world.cloudwatch.told;
      expect(page?.alarm).toBe('page');
      expect((page!.at.getTime() - last) / MINUTE).toBeLessThanOrEqual(2 * period + 3);
      expect((page!.at.getTime() - last) / MINUTE).toBeGreaterThan(2 * period);
    },
  );

  it('does not page for one tick that is lost, nor for sweeps that end late', async () => {
    const world = new OnCall({ certificates: [{ name: 'well', days: 90 }] });
    world.tick = (index) => (index % 50 === 7 ? 'lost' : (index % 7) * 10_000);
    await world.pass(10 * DAY);
    expect(world.cloudwatch.told).toEqual([]);
  });

  it('is mailed by the watchdog too, which needs neither the sweep nor CloudWatch', async () => {
    const world = quiet();
    await world.pass(DAY / 2);
    world.faults.schedule = 'DISABLED';
    const from = world.now;
    await world.pass(7 * HOUR);
    expect(world.mails.map(({ at, subject }) => [minutesTo(at, from), subject])).toEqual([
      [0, 'Evercert (evercert) watchdog: SCHEDULE_DISABLED'],
      [15, 'Evercert (evercert) watchdog: SWEEP_STOPPED, SCHEDULE_DISABLED'],
      [375, 'Evercert (evercert) watchdog: SWEEP_STOPPED, SCHEDULE_DISABLED'],
    ]);
  });
});

describe('a cluster that is behind', () => {
  it.each([1, 5, 15, 60])(
    'is told of within three sweeps of its quarter of an hour, every %i minutes',
    async (period) => {
      const world = new OnCall({ certificates: [{ name: 'well', days: 90 }], sweepPeriodMinutes: period });
      await world.pass(DAY / 2);
      world.faults.lagSince = world.now;
      const from = world.now;
      await world.pass(8 * HOUR);
      const [told] = world.cloudwatch.told;
      expect(told?.alarm).toBe('deliveries-lagging');
      expect(minutesTo(told!.at, from)).toBeLessThanOrEqual(15 + 4 * period + 5);
    },
  );
});

describe('a healthy fleet of 10,000', () => {
  const spread = [45, 90, 90, 90, 90, 200, 398];
  const certificates = Array.from({ length: 10_000 }, (_, index) => ({
    name: `ns/c${index}`,
    days: index % 100 === 0 ? 20 / 3 : spread[index % spread.length]!,
    age: (index % 997) / 997 / 2,
  }));

  it('is silent for 400 days of hourly sweeps', { timeout: 120_000 }, async () => {
    const world = new OnCall({ certificates, sweepPeriodMinutes: 60 });
    await world.pass(400 * DAY);
    expect([world.cloudwatch.told, world.mails]).toEqual([[], []]);
  });

  it('is silent for a fortnight of sweeps every five minutes, some lost, with failures that pass', {
    timeout: 120_000,
  }, async () => {
    const world = new OnCall({ certificates, windows: 'sliding' });
    world.tick = (index) => (index % 300 === 9 ? 'lost' : 0);
    for (let hour = 0; hour < 14 * 24; hour++) {
      // One attempt of each thousandth fails, and the next one succeeds.
      for (let index = hour; index < 10_000; index += 1_000) world.faults.codes[`ns/c${index}`] = 'CHALLENGE_FAILED';
      await world.pass(5 * MINUTE);
      for (const name of Object.keys(world.faults.codes)) delete world.faults.codes[name];
      await world.pass(55 * MINUTE);
    }
    expect([world.cloudwatch.told, world.mails]).toEqual([[], []]);
  });
});
