// Contrast of each text and mark with each ground that it stands on, by WCAG 2.2's own formula.
import { describe, expect, test } from 'vitest';
import { DARK, LIGHT, type Palette } from '#core/page/palette.ts';

/** WCAG 2.2, relative luminance. */
const luminance = (colour: string): number => {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (a: string, b: string): number => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

const GROUNDS = ['ground', 'raised', 'wellTint', 'noticeTint', 'badTint'] as const;
const TEXTS = ['ink', 'quiet', 'link', 'well', 'notice', 'bad'] as const;

describe.each<[string, Palette]>([
  ['light', LIGHT],
  ['dark', DARK],
])('in the %s theme', (_theme, palette) => {
  test.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    '%s is read on %s',
    (text, ground) => {
      expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(['well', 'notice', 'bad', 'ink'] as const)('%s is told from the track of a bar', (mark) => {
    expect(contrast(palette[mark], palette.track)).toBeGreaterThanOrEqual(3);
  });
});
