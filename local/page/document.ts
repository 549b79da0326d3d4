// The document around a drawn fragment: style, the script that keeps it live, and how it stays true without one. It must never
// draw a certificate.
import { pageStyle } from '#core/page/document.ts';
import { escaped, type Html, html } from '#core/page/html.ts';
import type { Shown } from './server.ts';

/** Without a script the browser asks again by itself. */
const REFRESH_SECONDS = 5;

/** The page is all there is here; and whether it is live, in a corner. */
const AROUND =
  'html{color-scheme:light dark}' +
  '.evercert form{display:inline}.evercert button.btn{font:inherit;cursor:pointer}' +
  '.evercert.live{position:fixed;right:0;bottom:0;min-height:0;margin:0;container-type:normal;padding:3px 12px;font-size:12px;border:solid var(--line);border-width:1px 0 0 1px;color:var(--quiet)}' +
  '.evercert.live[data-state=lost]{left:0;background:var(--bad-tint);color:var(--bad);font-weight:600}';

/** Word for word what stands in the style element. */
export const STYLE = `${pageStyle('auto')}${AROUND}`;

export const documentOf = ({ drawn: { title, html: fragment }, version }: Shown): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="/icon.svg">
<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}"></noscript>
<style>${STYLE}</style>
<script src="/live.js" defer></script>
</head>
<body>
<main class="evercert" id="view" data-version="${escaped(version)}">${fragment}</main>
<p class="evercert live" id="live" role="status"><noscript>asks again every ${REFRESH_SECONDS} s</noscript></p>
</body>
</html>
`;

/** A form that only this page's own address takes. */
export const renewForm = (action: string, token: string): Html =>
  html`<form method="post" action="${action}"><input type="hidden" name="token" value="${token}"><button class="btn" type="submit">Renew now</button></form>`;

/** Before there is anything to show: what the local cloud is about. */
export const startingFragment = (lines: readonly string[]): Html =>
  html`<div class="sheet"><h1 class="verdict">The local cloud is starting</h1><p class="under">Certificates stand here as soon as there is a ledger.</p><h2>So far</h2><ol class="small quiet">${lines.map((line) => html`<li>${line}</li>`)}</ol></div>`;
