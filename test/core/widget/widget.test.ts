// The widget and its buttons on the ledger in memory: what a dashboard asks, what it is answered, and who obeys.
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LookPorts } from '#core/view/look.ts';
import { answerButton, answerWidget } from '#core/widget/answer.ts';
import { pressedButton, widgetRequest } from '#core/widget/request.ts';
import { bookNext, claim, declare, failed, minute } from '#test/contracts/ledger/story.ts';
import { type FakeLedger, fakeLedger } from '#test/support/fake-ledger.ts';
import { HOSTILE, hostileText } from '#test/support/hostile.ts';
import { readMarkup } from '#test/support/markup.ts';
import { currentWith, day, NOW } from '#test/support/view.ts';

const WIDGET = 'arn:aws:lambda:eu-west-1:111122223333:function:widget';
const ACT = 'arn:aws:lambda:eu-west-1:111122223333:function:act';

let ledger: FakeLedger;

const partsOf = (of: FakeLedger): LookPorts => ({
  clock: { now: () => NOW },
  lives: of.lives,
  counters: of.counters,
  lastSweep: of.lastSweep,
  troubles: of.troubles,
  rows: of.rowReader,
  deliveries: of.deliveryAims,
  histories: of.histories,
});

const settings = { prefix: 'evercert', sweepPeriodMs: 300_000, clusterNames: ['blue'], widgetArn: WIDGET };

/** A row whose current certificate has so many days left, and that fails where told. */
const stored = async (name: string, left: number, fails = false): Promise<void> => {
  await declare(ledger, name);
  await bookNext(ledger, minute(0));
  const row = await claim(ledger, { name, run: 1 });
  if (typeof row === 'string') throw new Error(row);
  const progress = {
    ...(fails ? failed : { revision: 1, endedRun: 1 }),
    current: currentWith(left),
    renewAt: day(left - 30),
  };
  await ledger.claimedRows.release({ row, progress, timers: { startAt: day(left) } });
};

const ask = async (event: unknown, actArn?: string) => {
  const answer = await answerWidget(
    partsOf(ledger),
    { ...settings, ...(actArn === undefined ? {} : { actArn }) },
    event,
  );
  if (typeof answer !== 'string') throw new Error('a description');
  return { markup: answer, ...readMarkup(answer) };
};

beforeEach(async () => {
  ledger = fakeLedger();
  await stored('web/late', 11);
  await stored('web/failing', 60, true);
  await stored('web/well', 80);
  await ledger.lastSweep.write({
    completedAt: new Date(NOW.getTime() - 60_000).toISOString(),
    durationMs: 900,
    periodMs: 300_000,
    started: 0,
    waiting: 0,
    clusters: [{ cluster: 'blue', due: 1, unconfirmed: 1, oldestSeconds: 7200 }],
  });
});

describe('the widget', () => {
  it('describes itself in markdown', async () => {
    const answer = await answerWidget(partsOf(ledger), settings, { describe: true });
    expect(answer).toMatchObject({ markdown: expect.stringContaining('### Evercert') });
  });

  it('shows what is late before what fails, then the others, and clusters as the last sweep found them', async () => {
    const { text } = await ask({ widgetContext: { theme: 'dark' } });
    expect(text).toContain('2 need attention');
    expect(text).toMatch(/web\/late.*far overdue.*web\/failing.*DNS_NO_ZONE.*blue.*1 not confirmed.*2 h.*web\/well/);
  });

  it('draws in the theme of the dashboard, light where it is told none', async () => {
    expect((await ask({ widgetContext: { theme: 'dark' } })).markup).toContain('color-scheme:dark');
    expect((await ask({})).markup).toContain('color-scheme:light');
    expect((await ask({ widgetContext: { theme: '</style>' } })).markup).toContain('color-scheme:light');
  });

  it('names a certificate that only a cluster waits for', async () => {
    const target = {
      certificate: 'web/well',
      cluster: 'blue',
      namespace: 'web',
      secret: 's',
      kind: 'ExternalSecret' as const,
    };
    const wanted = { revision: 1, versionId: 'v-1', fingerprint: 'f', since: day(-1) };
    await ledger.deliveryAims.aim({ target, wanted, tryAt: day(0) });
    const [seen] = await ledger.deliveryAims.ofCertificate('web/well');
    const failure = { code: 'TARGET_STALE', message: 'holds v-0', at: day(-0.1), count: 2 };
    await ledger.deliveries.write({ delivery: { ...seen!, failure }, seen: seen! });
    expect((await ask({})).text).toMatch(/web\/well.*not delivered.*TARGET_STALE/);
  });

  it('counts none that wants attention among those that are on their way to a cluster', async () => {
    for (let i = 0; i < 25; i++) {
      const where = { cluster: 'blue', namespace: 'web', secret: 's', kind: 'ExternalSecret' as const };
      const wanted = { revision: 1, versionId: 'v-1', fingerprint: 'f', since: new Date(+NOW - 10_000).toISOString() };
      await ledger.deliveryAims.aim({ target: { ...where, certificate: `new/c${i}` }, wanted, tryAt: day(0) });
    }
    expect((await ask({})).text).toContain('2 need attention');
  });

  it('opens a popup for a name: the same function is called with it', async () => {
    const { tags, markup } = await ask({});
    const actions = tags.filter(({ name }) => name === 'cwdb-action');
    expect(actions).toHaveLength(3);
    expect(actions[0]!.attributes).toEqual({ action: 'call', display: 'popup', endpoint: WIDGET });
    expect(markup).toContain('>{&quot;certificate&quot;:&quot;web/late&quot;}</cwdb-action>');
    const { text } = await ask({ certificate: 'web/late', widgetContext: {} });
    expect(text).toContain('Secretevercert/web/late');
  });

  it('has buttons only where there is a function that obeys them, each asking first', async () => {
    expect((await ask({})).markup).not.toContain('class="btn"');
    const { tags, text } = await ask({}, ACT);
    const buttons = tags.filter(({ attributes }) => attributes.endpoint === ACT);
    expect(buttons.map(({ attributes }) => attributes.confirmation?.split('?')[0])).toEqual([
      'Renew now: web/late',
      'Try again: web/failing',
    ]);
    expect(text).toContain('{"action":"renew","certificate":"web/late"}');
  });

  it('says that there is no such certificate, and answers what is no question', async () => {
    expect((await ask({ certificate: 'web/none', widgetContext: {} })).text).toContain(
      'There is no certificate web/none.',
    );
    expect((await ask({ certificate: '<b>', widgetContext: {} })).text).toContain('no question of this widget');
  });

  it('reads no more rows than it lists, whatever is late', async () => {
    for (let i = 0; i < 60; i++) await stored(`many/c${i}`, 11);
    let read = 0;
    const counting = fakeLedgerReads(() => (read += 1));
    const { text } = await (async () => {
      const answer = await answerWidget({ ...partsOf(ledger), rows: counting }, settings, {});
      return readMarkup(String(answer));
    })();
    // Twenty of sixty-two, and the one that is well.
    expect(read).toBe(21);
    expect(text).toContain('62 need attention');
    expect(text).toContain('and 42 more');
  });
});

const fakeLedgerReads = (count: () => void) => ({
  read: async (name: string) => {
    count();
    return ledger.rowReader.read(name);
  },
});

describe('what a dashboard asks', () => {
  it('is a certificate only where Kubernetes could have named it', () => {
    fc.assert(
      fc.property(hostileText(), (certificate) => {
        const request = widgetRequest({ certificate, widgetContext: {} });
        if (request.show === 'certificate') expect(request.name).toMatch(/^[a-z0-9.-]+\/[a-z0-9.-]+$/);
        expect(pressedButton({ action: certificate, certificate: 'a/b', widgetContext: {} })).toBeUndefined();
      }),
    );
    for (const certificate of HOSTILE)
      expect(pressedButton({ action: 'renew', certificate, widgetContext: {} })).toBeUndefined();
  });
});

describe('a button', () => {
  const logged: { message: string; fields: unknown }[] = [];
  const log = {
    debug: () => {},
    info: (message: string, fields?: unknown) => void logged.push({ message, fields }),
    warn: (message: string, fields?: unknown) => void logged.push({ message, fields }),
    error: () => {},
  };
  const press = (event: unknown, isAllowed = true) => {
    logged.length = 0;
    const ports = { clock: { now: () => NOW }, log, marks: ledger.renewalMarks };
    return answerButton(ports, { isAllowed, requestId: 'r-1' }, event).then((markup) => readMarkup(markup).text);
  };
  const widgetContext = { accountId: '111122223333', dashboardName: 'd', widgetId: 'w', theme: 'dark' };

  it('marks the row, and the log says from which dashboard and by which request', async () => {
    const said = await press({ action: 'renew', certificate: 'web/late', widgetContext });
    expect(said).toContain('web/late: asked for. The next sweep begins');
    expect(ledger.row('web/late')?.renewRequestedAt).toBe(NOW.toISOString());
    expect(logged).toEqual([
      {
        message: 'a renewal was asked for on a dashboard',
        fields: {
          certificate: 'web/late',
          accountId: '111122223333',
          dashboardName: 'd',
          widgetId: 'w',
          requestId: 'r-1',
          marked: true,
        },
      },
    ]);
  });

  it('says that there is no such certificate', async () => {
    expect(await press({ action: 'renew', certificate: 'web/none', widgetContext })).toContain(
      'there is no such certificate',
    );
  });

  it('is refused without the setting, and where it is none of ours; nothing is marked', async () => {
    expect(await press({ action: 'renew', certificate: 'web/late', widgetContext }, false)).toContain('Refused');
    expect(await press({ action: 'delete', certificate: 'web/late', widgetContext })).toContain('Refused');
    expect(await press('renew')).toContain('Refused');
    expect(ledger.row('web/late')?.renewRequestedAt).toBeUndefined();
  });
});
