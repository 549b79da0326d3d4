// The one template: what is put into it is text, whatever it says.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brief, escaped, html, type Part, shown, styleTag } from '#core/page/html.ts';
import { hostileText } from '#test/support/hostile.ts';
import { readMarkup } from '#test/support/markup.ts';

describe('the template', () => {
  it('writes text, numbers and lists; false and undefined write nothing', () => {
    const list: Part[] = [html`<i>a</i>`, '<', 3, false, undefined];
    expect(String(html`<p title="${'"'}">${list}</p>`)).toBe('<p title="&quot;"><i>a</i>&lt;3</p>');
  });

  it('makes of any text one text between tags, and one value inside quotes', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const { tags, text: read } = readMarkup(String(html`<p title="${text}">${text}</p>`));
        expect(tags).toEqual([{ name: 'p', attributes: { title: shown(text) } }]);
        expect(read).toBe(shown(text));
      }),
      { numRuns: 500 },
    );
  });

  it('shows breaks as a space, and what is not seen as a replacement character', () => {
    expect(shown('a\r\n b\u2028c')).toBe('a  b c');
    expect(shown('\u001b[31mred \u202eexe \u0000\u200b')).toBe('\ufffd[31mred \ufffdexe \ufffd\ufffd');
    expect(shown('\ud800')).toBe('\ufffd');
    expect(shown('bücher 日本 🔑')).toBe('bücher 日本 🔑');
  });

  it('leaves nothing that a terminal or a browser would obey', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        expect(escaped(text)).not.toMatch(/[<>"'`\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('takes no style sheet that could end itself', () => {
    expect(() => styleTag('a{}</style><script>')).toThrow(/neither < nor &/);
  });

  it('cuts by letters, never through one', () => {
    expect([brief('short', 10), brief('🔑'.repeat(20), 4), brief('abcdef', 4)]).toEqual(['short', '🔑🔑🔑…', 'abc…']);
  });
});
