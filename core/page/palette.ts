// The colours of the page, by role, in its two themes. Every text role has a contrast of at least 4.5 to every ground that it
// stands on, every mark 3 (WCAG 2.2, 1.4.3 and 1.4.11): test/core/page/contrast.test.ts computes it.

export interface Palette {
  /** The page, and what lies on it. */
  readonly ground: string;
  readonly raised: string;
  readonly line: string;
  /** Bars: what is behind them. */
  readonly track: string;
  readonly ink: string;
  readonly quiet: string;
  readonly link: string;
  readonly well: string;
  readonly notice: string;
  readonly bad: string;
  readonly wellTint: string;
  readonly noticeTint: string;
  readonly badTint: string;
}

export const LIGHT: Palette = {
  ground: '#faf9f6',
  raised: '#ffffff',
  line: '#dcd9d1',
  track: '#e9e6df',
  ink: '#1b1d20',
  quiet: '#595d64',
  link: '#1b5aa3',
  well: '#1d6b46',
  notice: '#8a5200',
  bad: '#b0251c',
  wellTint: '#e9f3ed',
  noticeTint: '#fcf1dc',
  badTint: '#fbe9e6',
};

export const DARK: Palette = {
  ground: '#131517',
  raised: '#1a1d20',
  line: '#343a40',
  track: '#2a2f34',
  ink: '#e9e7e2',
  quiet: '#a5abb2',
  link: '#8dbdff',
  well: '#72cd9c',
  notice: '#efb254',
  bad: '#ff8e84',
  wellTint: '#17261e',
  noticeTint: '#2b2213',
  badTint: '#2f1a18',
};

/** `auto`: as the reader's system has it. */
export type Theme = 'auto' | 'light' | 'dark';

const declared = (palette: Palette): string =>
  Object.entries(palette)
    .map(([role, colour]) => `--${role.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${colour};`)
    .join('');

/** Rules that set the roles as custom properties below `.evercert`. */
export const paletteRules = (theme: Theme): string => {
  const light = `.evercert{color-scheme:light;${declared(LIGHT)}}`;
  const dark = `.evercert{color-scheme:dark;${declared(DARK)}}`;
  if (theme === 'light') return light;
  return theme === 'dark' ? dark : `${light}@media (prefers-color-scheme:dark){${dark}}`;
};
