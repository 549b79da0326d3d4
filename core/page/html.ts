// HTML that can only be made by one tagged template: whatever is put into it is text, unless the template itself made it. It must
// never know what is drawn.

/** Markup that is safe to send; nothing outside this file can make one from a string. */
export class Html {
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
  static fromTemplate(parts: TemplateStringsArray, values: readonly Part[]): Html {
    return new Html(parts.reduce((whole, part, i) => whole + part + (i < values.length ? written(values[i]) : ''), ''));
  }
  /** Of our own rules alone: a style sheet has no escapes. */
  static fromRules(css: string): Html {
    if (/[<&]/.test(css)) throw new Error('a style sheet of ours has neither < nor &');
    return new Html(`<style>${css}</style>`);
  }
}

/** `false` and `undefined` write nothing; lists are written one after the other. */
export type Part = Html | string | number | false | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Breaks of a line: one space. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Controls (ANSI's escape among them), and what is not seen but turns or hides other text (Unicode UAX 9, UTS 39). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
const UNSEEN = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Text as it is shown: visible on one line, in the order in which it was written. */
export const shown = (text: string): string => text.toWellFormed().replace(BREAKS, ' ').replace(UNSEEN, '\ufffd');

/** For text and for quoted attributes alike. */
export const escaped = (text: string): string => shown(text).replace(/[&<>"'`]/g, (letter) => ENTITIES[letter]!);

const written = (part: Part): string => {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.toString();
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  return part.map(written).join('');
};

/** Attributes must be quoted in the template; no value may stand for a tag's or an attribute's name, in a script or in a style. */
export const html = (parts: TemplateStringsArray, ...values: readonly Part[]): Html => Html.fromTemplate(parts, values);

export const styleTag = (css: string): Html => Html.fromRules(css);

export const NOTHING = html``;

/** Cut to so many letters, with an ellipsis. */
export const brief = (text: string, most: number): string => {
  if (text.length <= most) return text;
  return `${[...text.slice(0, 2 * most)].slice(0, most - 1).join('')}…`;
};
