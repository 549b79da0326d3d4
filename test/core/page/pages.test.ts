// The two pages: what is seen on them, what a screen reader is told, and that nobody's text becomes markup.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detailPage } from '#core/page/detail.ts';
import { fragment, page } from '#core/page/document.ts';
import type { Drawing } from '#core/page/drawing.ts';
import { fleetPage } from '#core/page/fleet.ts';
import { html } from '#core/page/html.ts';
import { certificateDetail } from '#core/view/certificate.ts';
import { hostileText } from '#test/support/hostile.ts';
import { type Read, readMarkup } from '#test/support/markup.ts';
import { currentWith, day, deliveryWith, failureWith, fleetOf, NOW, rowWith, viewOf } from '#test/support/view.ts';

const drawing: Drawing = {
  now: NOW,
  link: (name, label) => html`<a href="/certificate?name=${encodeURIComponent(name.toWellFormed())}">${label}</a>`,
};

/** Every text that comes from outside is `text`. */
const hostileRow = (text: string) =>
  rowWith(
    {
      current: { ...currentWith(20), serial: text, fingerprint: text, versionId: text },
      failure: failureWith({ message: text }),
      renewAt: day(-10),
      renewBecause: text,
      drift: { kind: 'EditedByHand', seen: text, message: text, since: day(-1), lastSeenAt: day(0), occurrence: 1 },
      work: {
        revision: 1,
        keyNumber: 1,
        generation: 1,
        attemptId: text,
        reason: { code: 'NearExpiry', message: text },
        startedAt: day(0),
        phase: 'issue',
        waitingFor: text,
        warnings: [text],
      },
    },
    { name: text, leaseUntil: day(0.01) },
  );
const hostileDelivery = (text: string) =>
  deliveryWith({
    target: { certificate: text, cluster: text, namespace: text, secret: text, kind: 'ExternalSecret' },
    failure: { code: text, message: text, at: day(-1), count: 1 },
  });
const hostileView = (text: string) => {
  const view = viewOf(hostileRow(text), [hostileDelivery(text)]);
  return { ...view, issuer: text, names: [text, text] };
};

const fleetWith = (text: string): Read =>
  readMarkup(
    String(
      page(
        fleetPage(
          fleetOf(
            [hostileView(text), viewOf(rowWith({ current: currentWith(60), renewAt: day(30) }, { name: text }))],
            {
              service: text,
              clusters: [{ name: text, unconfirmed: 1, oldestSeconds: 7 }],
            },
          ),
          drawing,
        ),
        { theme: 'auto', title: text },
      ),
    ),
  );

const detailWith = (text: string): Read => {
  const facts = { row: hostileRow(text), deliveries: [hostileDelivery(text)], now: NOW, prefix: text };
  const record = { id: 'r', name: text, uid: 'u', at: day(-1), generation: 1, revision: 1, fingerprint: text };
  const history = [{ ...record, kind: 'failed' as const, code: text, message: text, reason: text }];
  const chain = [{ subject: text, issuer: text, notAfter: day(9) }];
  const detail = { ...certificateDetail({ ...facts, history, chain }), issuer: text, names: [text] };
  return readMarkup(String(fragment(detailPage(detail, drawing), { theme: 'dark' })));
};

/** Names of tags and attributes in their order: what a template wrote, without any text. */
const bones = ({ tags }: Read): string =>
  tags.map(({ name, attributes }) => `${name}(${Object.keys(attributes).join(' ')})`).join(' ');

describe('hostile texts', () => {
  it.each([
    ['fleet', fleetWith],
    ['detail', detailWith],
  ])('change no tag and no attribute of the %s page', (_page, draw) => {
    const expected = bones(draw('plain'));
    fc.assert(
      fc.property(
        hostileText().filter((text) => text.trim() !== '' && !/^[A-Z][A-Z0-9_]+: /.test(text)),
        (text) => {
          expect(bones(draw(text))).toBe(expected);
        },
      ),
      { numRuns: 150 },
    );
  });
});

const ATTENTION = [
  viewOf(rowWith({ current: currentWith(11), renewAt: day(-19), failure: failureWith() }, { name: 'web/api' })),
  viewOf(rowWith({ current: currentWith(60), renewAt: day(30) }, { name: 'web/www' })),
];
const fleet = readMarkup(String(page(fleetPage(fleetOf(ATTENTION), drawing), { theme: 'light', title: 'Evercert' })));

describe('the fleet page', () => {
  it('says in its first line how many need attention, then the numbers', () => {
    expect(fleet.text.replace(/\s+/g, ' ')).toContain('1 needs attention');
    expect(fleet.text).toMatch(/Ready2of 2 managedOverdue11 of them criticalFailing1/);
  });

  it('shows what is late with state, what works until when, what happens next, code, message and fix', () => {
    for (const words of [
      'far overdue',
      'and failing',
      '11 d left',
      'works until 6 Dec 2026',
      'needs a person; tried again by itself in 12 h',
      'DNS_NOT_DELEGATED',
      'is answered by ns1.other.net, not by zone Z123',
      'Fix: put the hosted zone',
      '3 tries, the last 2 h ago',
    ])
      expect(fleet.text).toContain(words);
  });

  it('needs no script, no handler, no inline style, and nothing from anywhere', () => {
    const allowed =
      /^(html|head|meta|title|style|body|main|div|header|h1|h2|p|span|b|br|small|dl|dt|dd|section|details|summary|table|thead|tbody|tr|th|td|ol|li|time|a|svg|path|rect)$/;
    for (const { name, attributes } of fleet.tags) {
      expect(name).toMatch(allowed);
      for (const attribute of Object.keys(attributes)) expect(attribute).not.toMatch(/^on|^style$|^src$/);
      expect(attributes.href ?? '/').toMatch(/^\//);
    }
    expect(fleet.tags.filter(({ name }) => name === 'style')).toHaveLength(1);
  });

  it('tells a screen reader what tables and drawings are', () => {
    const tables = fleet.tags.filter(({ name }) => name === 'table');
    expect(tables.map(({ attributes }) => attributes['aria-label'])).toEqual(['What needs attention', 'The others']);
    for (const { attributes } of fleet.tags.filter(({ name }) => name === 'th'))
      expect(attributes).toEqual({ role: 'columnheader', scope: 'col' });
    for (const { attributes } of fleet.tags.filter(({ name }) => name === 'svg'))
      expect(
        attributes['aria-hidden'] === 'true' || (attributes.role === 'img' && attributes['aria-label'] !== ''),
      ).toBe(true);
  });

  it('never tells a state by colour alone: each badge has a shape and a word', () => {
    const markup = String(fleetPage(fleetOf(ATTENTION), drawing));
    const badges = [...markup.matchAll(/<span class="badge [a-z]+"><svg class="mark[^>]*><path[^>]*><\/svg>([^<]+)</g)];
    expect(badges.map(([, word]) => word)).toEqual(['far overdue', 'ready']);
    expect([...markup.matchAll(/class="badge/g)]).toHaveLength(2);
  });
});

describe('the theme', () => {
  it.each([
    ['auto', true, 'color-scheme:light'],
    ['light', false, 'color-scheme:light'],
    ['dark', false, 'color-scheme:dark'],
  ] as const)('%s asks the reader: %s', (theme, asks, first) => {
    const markup = String(fragment(html`<p></p>`, { theme }));
    expect(markup.includes('prefers-color-scheme')).toBe(asks);
    expect(markup.slice(0, 60)).toContain(first);
  });
});

it('the page of one that was never issued says so, and has no empty tables', () => {
  const detail = certificateDetail({ row: rowWith({}), deliveries: [], now: NOW, prefix: 'evercert', history: [] });
  const { text, tags } = readMarkup(String(detailPage(detail, drawing)));
  expect(text).toContain('nothing works yet');
  expect(tags.some(({ name }) => name === 'table')).toBe(false);
});
