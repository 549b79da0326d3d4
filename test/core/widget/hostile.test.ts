// Hostile names in CloudWatch's page: no action, no endpoint and no payload but those that the template wrote.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { shown } from '#core/page/html.ts';
import { drawFleet, drawWords } from '#core/widget/draw.ts';
import { hostileText } from '#test/support/hostile.ts';
import { readMarkup } from '#test/support/markup.ts';
import { currentWith, day, failureWith, fleetOf, NOW, rowWith, viewOf } from '#test/support/view.ts';

const widget = { now: NOW, theme: 'light', widgetArn: 'arn:widget', actArn: 'arn:act' } as const;

const drawn = (name: string): string => {
  const failing = viewOf(rowWith({ current: currentWith(60), renewAt: day(30), failure: failureWith() }, { name }));
  return drawFleet(fleetOf([failing]), widget);
};

/** Texts of all actions, as the browser would hand them to CloudWatch. */
const payloads = (markup: string): readonly string[] =>
  [...markup.matchAll(/<cwdb-action [^>]*>([^<]*)<\/cwdb-action>/g)].map(([, text]) => readMarkup(text!).text);

it('a name never becomes an action, and its payload says nothing but the name', () => {
  fc.assert(
    fc.property(hostileText(), (name) => {
      const markup = drawn(name);
      const actions = readMarkup(markup).tags.filter((tag) => tag.name === 'cwdb-action');
      expect(actions.map(({ attributes }) => attributes.endpoint)).toEqual(['arn:widget', 'arn:act']);
      const [open, press] = payloads(markup).map((text) => JSON.parse(text) as Record<string, string>);
      expect(Object.keys(open!)).toEqual(['certificate']);
      expect(Object.keys(press!)).toEqual(['action', 'certificate']);
      expect(shown(open!.certificate!)).toBe(shown(press!.certificate!));
      expect(press!.action).toBe('renew');
    }),
    { numRuns: 120 },
  );
});

it('a sentence in a popup is a sentence', () => {
  fc.assert(
    fc.property(hostileText(), (words) => {
      const { tags } = readMarkup(drawWords(words, { theme: 'dark' }));
      expect(tags.map(({ name }) => name)).toEqual(['style', 'div', 'div', 'p']);
    }),
    { numRuns: 120 },
  );
});
