// The local page in a real browser, of a fleet in which every state is, and names that nobody should believe. Its pictures lie in
// .evercert/screenshots afterwards.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, screenshotFolder, startBrowser } from '#test/support/browser/browser.ts';
import { cutOff, faintTexts, focused, isFocusSeen, tabTo, vocabulary } from '#test/support/browser/eyes.ts';
import { calmLook, fleetLook, HOSTILE } from '#test/support/browser/fleet.ts';
import { type PageStage, startPageStage } from '#test/support/browser/page-stage.ts';
import type { Look, Tab } from '#test/support/browser/tab.ts';

const WIDE = 1_400;
const NARROW = 400;
const LOOKS = (['light', 'dark'] as const).flatMap((scheme) => [WIDE, NARROW].map((width) => ({ width, scheme })));
const WAIT = { timeout: 20_000, interval: 50 };

let browser: Browser;
let page: PageStage;
const tabs: Tab[] = [];

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.stop());
beforeEach(async () => {
  page = await startPageStage(fleetLook({ hostile: false }));
});

/** Whatever else a test looks at: nobody complained, nothing was asked of another host, everything could be drawn. */
afterEach(async () => {
  const noticed = tabs.splice(0).map((tab) => tab.noticed);
  await page.stop();
  expect(page.errors).toEqual([]);
  expect(noticed.flatMap(({ complaints }) => complaints)).toEqual([]);
  expect(noticed.flatMap(({ requests }) => requests).filter((url) => !url.startsWith(page.url))).toEqual([]);
});

const open = async (path = '', look: Look = { width: WIDE, scheme: 'light' }): Promise<Tab> => {
  const tab = await browser.tab(look);
  tabs.push(tab);
  await tab.open(`${page.url}${path}`);
  return tab;
};

const picture = (tab: Tab, name: string, { width, scheme }: Look): Promise<void> =>
  tab.screenshot(join(screenshotFolder(), `${name}-${width}-${scheme}.png`));

const untilLive = (tab: Tab) =>
  expect.poll(() => tab.evaluate(`document.getElementById('live').innerText`), WAIT).toBe('live');

describe('what a person reads', () => {
  it('is how many need attention, and each certificate with its state in words', async () => {
    const tab = await open();
    const text = await tab.text();
    expect(text).toMatch(/^7 need attention\n/);
    const rows = await tab.evaluate<string[]>(
      `[...document.querySelectorAll('tbody tr')].filter((row) => row.querySelector('a')).map((row) => row.querySelector('a').innerText + ': ' + row.querySelector('.badge').innerText)`,
    );
    expect(rows).toEqual([
      'pay/expired: expired',
      'pay/emergency: about to expire',
      'pay/critical: far overdue',
      'pay/warning: overdue',
      'web/failing: failing',
      'web/drifted: changed by others',
      'web/lagging: not delivered',
      'web/issuing: being issued',
      'web/renewing: renewing',
      'web/calm: ready',
      'web/blog: ready',
      'web/shop: ready',
    ]);
  });

  it('is why, and what to do', async () => {
    const text = await (await open()).text();
    expect(text).toContain('DNS_NO_ZONE no public hosted zone of ours covers shop.example.org');
    expect(text).toContain('Fix: create the public hosted zone');
    expect(text).toContain('CLUSTER_UNREACHABLE the API server of prod-us did not answer within 5 s');
  });

  it('is, of one certificate, its names, chain, history, next step and delivery by cluster', async () => {
    const tab = await open('certificates/web/shop');
    const text = await tab.text();
    for (const part of ['shop.example.com', 'renewed by itself', 'CN=Test CA', 'CA_UNREACHABLE', 'prod-eu', 'prod-us'])
      expect(text).toContain(part);
    expect(await tab.evaluate('document.title')).toBe('web/shop · Evercert, local cloud');
  });

  it('is that all is well where it is', async () => {
    page.show(calmLook());
    expect(await (await open()).text()).toMatch(/^All is well\n/);
  });

  it('stands there without scripts too', async () => {
    const tab = await open('', { width: WIDE, scheme: 'light', scripts: false });
    expect(await tab.text()).toMatch(/^7 need attention\n/);
    expect(await tab.text()).toContain('asks again every 5 s');
  });
});

describe.each(LOOKS)('at $width pixels in the $scheme theme', (look) => {
  it.each([
    ['fleet', ''],
    ['certificate', 'certificates/web/shop'],
    ['expired', 'certificates/pay/expired'],
  ])('the page %s has no faint text, and nothing is cut off', async (name, path) => {
    const tab = await open(path, look);
    await untilLive(tab);
    await picture(tab, name, look);
    expect(await faintTexts(tab)).toEqual([]);
    expect(await cutOff(tab)).toEqual([]);
    const ground = await tab.evaluate<string>(`getComputedStyle(document.querySelector('.evercert')).backgroundColor`);
    expect(ground).toBe(look.scheme === 'light' ? 'rgb(250, 249, 246)' : 'rgb(19, 21, 23)');
  });

  it('names that nobody should believe are text, and fit', async () => {
    page.show(fleetLook({ hostile: true }));
    const tab = await open('', look);
    await untilLive(tab);
    await picture(tab, 'hostile', look);
    expect(await cutOff(tab)).toEqual([]);
    expect(await faintTexts(tab)).toEqual([]);
  });
});

describe('names that nobody should believe', () => {
  beforeEach(() => page.show(fleetLook({ hostile: true })));

  it('make no element and no attribute that is not ours', async () => {
    const tab = await open();
    await untilLive(tab);
    const { elements, attributes } = await vocabulary(tab);
    for (const name of ['script', 'img', 'iframe', 'object', 'style', 'link', 'base'])
      expect(elements).not.toContain(name);
    expect(attributes.filter((name) => name.startsWith('on') || name === 'autofocus' || name === 'style')).toEqual([]);
    expect(await tab.evaluate('document.title')).toBe('Evercert, local cloud');
    expect(await tab.evaluate(`document.querySelectorAll('script').length`)).toBe(1);
  });

  it('are read as they are written, but for what would turn or hide letters', async () => {
    const text = await (await open()).text();
    for (const name of [HOSTILE.markup, HOSTILE.drawing, HOSTILE.style, HOSTILE.quotes, HOSTILE.long])
      expect(text).toContain(name);
    expect(text).toContain('web/\ufffdgnp.exe\ufffd-\ufffdhidden');
    expect(text).toContain('web/\ufffd[31mred\ufffd[0m\ufffd');
  });

  it.each(Object.entries(HOSTILE))('have a page of their own: %s', async (_, name) => {
    const tab = await open(
      `certificates/${name.split('/')[0]}/${encodeURIComponent(name.slice(name.indexOf('/') + 1))}`,
    );
    await untilLive(tab);
    expect((await vocabulary(tab)).elements).not.toContain('img');
    expect(await tab.evaluate(`document.querySelector('h1').textContent.length`)).toBe(name.length);
  });

  it('do nothing either where the page is changed while it is looked at', async () => {
    page.show(calmLook());
    const tab = await open();
    await untilLive(tab);
    page.show(fleetLook({ hostile: true }));
    await expect.poll(() => tab.text(), WAIT).toContain(HOSTILE.markup);
    expect((await vocabulary(tab)).elements).not.toContain('img');
    expect(await tab.evaluate('document.title')).toBe('Evercert, local cloud');
  });
});

describe('what changes while somebody looks', () => {
  it('is seen without a reload, and disturbs nothing: focus, scroll, what was closed', async () => {
    const tab = await open();
    await untilLive(tab);
    await tabTo(tab, '/certificates/pay/warning');
    await tab.evaluate(
      `window.kept = 1; document.querySelector('details').open = false; scrollTo(0, 300); document.activeElement.kept = 1`,
    );
    const place = 'document.activeElement.getBoundingClientRect().top';
    const before = await tab.evaluate<number>(place);
    page.show(fleetLook({ hostile: false, without: 'pay/expired' }));
    await expect.poll(() => tab.text(), WAIT).toMatch(/^6 need attention\n/);
    expect(await tab.text()).not.toContain('pay/expired');
    expect(await tab.evaluate(place)).toBeCloseTo(before, 0);
    expect(
      await tab.evaluate(`[window.kept, document.activeElement.kept, document.querySelector('details').open]`),
    ).toEqual([1, 1, false]);
    expect(await focused(tab)).toBe('/certificates/pay/warning');
  });

  it('keeps the focus on a certificate that has moved to the others', async () => {
    const tab = await open();
    await untilLive(tab);
    await tabTo(tab, '/certificates/web/lagging');
    page.show({ ...fleetLook({ hostile: false }), deliveries: new Map() });
    await expect.poll(() => tab.text(), WAIT).toMatch(/^6 need attention\n/);
    expect(await focused(tab)).toBe('/certificates/web/lagging');
    expect(await tab.evaluate(`document.activeElement.closest('details') !== null`)).toBe(true);
  });

  it('comes also to the page of one certificate', async () => {
    page.show(calmLook());
    const tab = await open('certificates/web/shop');
    await untilLive(tab);
    page.show(fleetLook({ hostile: false }));
    await expect.poll(() => tab.text(), WAIT).toContain('prod-eu');
  });

  it('ends with the local cloud, and the page says since when it is old', async () => {
    const tab = await open();
    await untilLive(tab);
    await page.stop();
    await expect
      .poll(() => tab.text(), WAIT)
      .toMatch(/not connected since \d\d:\d\d:\d\d UTC: what you see is from then/);
    await picture(tab, 'lost', { width: WIDE, scheme: 'light' });
    // The browser says by itself that nobody answers.
    tab.noticed.complaints.splice(0);
  });
});

describe('with the keyboard alone', () => {
  it('a certificate is reached, seen, opened, and left again', async () => {
    const tab = await open();
    await tabTo(tab, '/certificates/web/failing');
    expect(await isFocusSeen(tab)).toBe(true);
    let loaded = tab.nextLoad();
    await tab.press('Enter');
    await loaded;
    expect(await tab.evaluate('location.pathname')).toBe('/certificates/web/failing');
    await tabTo(tab, '/');
    loaded = tab.nextLoad();
    await tab.press('Enter');
    await loaded;
    expect(await tab.evaluate('location.pathname')).toBe('/');
  });

  it('a renewal is asked for', async () => {
    const tab = await open('certificates/web/shop');
    await tabTo(tab, '/');
    await tab.press('Tab');
    expect(await focused(tab)).toBe('button');
    expect(await isFocusSeen(tab)).toBe(true);
    const loaded = tab.nextLoad();
    await tab.press('Enter');
    await loaded;
    expect(page.wished).toEqual(['web/shop']);
    expect(await tab.evaluate('location.pathname')).toBe('/certificates/web/shop');
  });
});
