// What stands around a drawing: a whole document for a browser, or a fragment for somebody else's page. No script, no resource from
// anywhere, one style sheet. Pure.
import { type Html, html, NOTHING, styleTag } from './html.ts';
import { paletteRules, type Theme } from './palette.ts';
import { RULES } from './style.ts';

/** The browser's own margins, where the document is ours. */
const WHOLE = 'html,body{margin:0}body>.evercert{min-height:100vh}';

/** The style sheet of a whole document, as it stands there: a content security policy may name its hash. */
export const pageStyle = (theme: Theme): string => `${paletteRules(theme)}${RULES}${WHOLE}`;

/** For a browser; `head`: what its server adds (a script of its own). */
export const page = (body: Html, given: { theme: Theme; title: string; head?: Html }): Html =>
  html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${given.title}</title>${styleTag(pageStyle(given.theme))}${given.head ?? NOTHING}</head><body><main class="evercert" id="evercert">${body}</main></body></html>`;

/** For inside a page that is not ours, such as a CloudWatch dashboard. */
export const fragment = (body: Html, { theme }: { readonly theme: Theme }): Html =>
  html`${styleTag(`${paletteRules(theme)}${RULES}`)}<div class="evercert cwdb-no-default-styles">${body}</div>`;
