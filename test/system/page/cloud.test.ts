// `npm start` in the browser: examples/first-steps from the first line of progress to the end, and a renewal that a person asks for.
// What the page says is what the run's own result says. Each test goes on where the one before ended.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Browser, screenshotFolder, startBrowser } from '#test/support/browser/browser.ts';
import { cutOff, faintTexts, focused, tabTo } from '#test/support/browser/eyes.ts';
import { type LocalRun, startLocalRun } from '#test/support/browser/local-run.ts';
import type { Tab } from '#test/support/browser/tab.ts';

const MINUTES = 60_000;
const WAIT = { timeout: 5 * MINUTES, interval: 500 };
const NAMES = [
  'demo/missing-zone',
  'demo/single-name',
  'demo/six-minutes',
  'demo/two-zones',
  'demo/wildcard',
  'shop/http01-tutorial',
];
const READY = NAMES.filter((name) => name !== 'demo/missing-zone');

let browser: Browser;
let run: LocalRun;
let tab: Tab;
let url: string;
/** Certificate -> the fingerprint that its page showed. */
const shown = new Map<string, string>();

beforeAll(async () => {
  browser = await startBrowser();
  run = startLocalRun();
  url = await run.url;
}, 10 * MINUTES);
afterAll(async () => {
  await browser.stop();
  await run.interrupt();
});

/** `name: state`, for each row. */
const states = (): Promise<string[]> =>
  tab.evaluate(
    `[...document.querySelectorAll('tbody tr')].filter((row) => row.querySelector('a')).map((row) => row.querySelector('a').innerText + ': ' + row.querySelector('.badge').innerText).sort()`,
  );

const picture = (name: string): Promise<void> => tab.screenshot(join(screenshotFolder(), `first-steps-${name}.png`));

it('tells its address early, and the page what it is about', async () => {
  tab = await browser.tab({ width: 1_400, scheme: 'light' });
  await tab.open(url);
  await tab.evaluate('window.kept = 1');
  expect(await tab.text()).toContain('The local cloud is starting');
  await picture('starting');
});

it(
  'shows every certificate, live and without a reload, as it becomes ready or says why not',
  async () => {
    await expect
      .poll(states, WAIT)
      .toEqual(NAMES.map((name) => `${name}: ${name === 'demo/missing-zone' ? 'failing' : 'ready'}`));
    expect(await tab.evaluate('window.kept')).toBe(1);
    const text = await tab.text();
    expect(text).toMatch(/^1 needs attention\n/);
    expect(text).toContain('DNS_NO_ZONE no public hosted zone of ours covers _acme-challenge.www.evercert-demo.org');
    expect(text).toMatch(/Ready\n5\nof 6 managed/);
  },
  6 * MINUTES,
);

it.each([
  ['light', 1_400],
  ['dark', 1_400],
  ['light', 400],
  ['dark', 400],
] as const)('can be read in the %s theme at %i pixels', async (scheme, width) => {
  await tab.see({ width, scheme });
  await picture(`${width}-${scheme}`);
  expect(await faintTexts(tab)).toEqual([]);
  expect(await cutOff(tab)).toEqual([]);
});

it('has a page for each, with names, chain and history', async () => {
  await tab.see({ width: 1_400, scheme: 'dark' });
  for (const name of READY) {
    await tab.open(`${url}certificates/${name}`);
    await expect.poll(() => tab.text(), WAIT).toContain('Chain, the certificate first');
    const text = await tab.text();
    expect(text).toContain('CN=Pebble Intermediate CA');
    expect(text).toMatch(/issued\n|issued\t/);
    shown.set(name, /\b[0-9a-f]{64}\b/.exec(text.split('SHA-256')[1] ?? '')?.[0] ?? '');
  }
  await picture('detail-1400-dark');
});

it(
  'renews, once somebody has asked for it on the page',
  async () => {
    await tab.open(`${url}certificates/demo/single-name`);
    await tabTo(tab, '/');
    await tab.press('Tab');
    expect(await focused(tab)).toBe('button');
    const loaded = tab.nextLoad();
    await tab.press('Enter');
    await loaded;
    await expect.poll(() => tab.text(), WAIT).toContain('a person asked for a new one');
    await expect.poll(() => tab.text(), WAIT).toContain('RenewRequested');
    await picture('renewed');
  },
  6 * MINUTES,
);

it(
  'has said what the result says, complained of nothing, and asked no other host',
  async () => {
    const { exitCode, result, told } = await run.interrupt();
    expect(exitCode).toBe(0);
    expect(result.page).toBe(url);
    expect(told).toContain(`page: ${url}`);
    expect(result.certificates.map(({ name, state }) => `${name}: ${state}`)).toEqual(
      NAMES.map((name) => `${name}: ${name === 'demo/missing-zone' ? 'failed' : 'ready'}`),
    );
    for (const { name, versions } of result.certificates.filter(({ name }) => READY.includes(name)))
      expect(versions.map(({ fingerprint }) => fingerprint)).toContain(shown.get(name));
    expect(result.certificates.find(({ name }) => name === 'demo/single-name')?.versions).toHaveLength(2);
    const { complaints, requests } = tab.noticed;
    // When the local cloud has ended the browser says that nobody answers.
    expect(complaints.filter((text) => !text.includes('net::ERR_'))).toEqual([]);
    expect(requests.filter((one) => !one.startsWith(url))).toEqual([]);
  },
  2 * MINUTES,
);
