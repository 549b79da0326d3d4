// The pages as CloudWatch's custom widget shows them: names open a popup, and buttons call a second function where there is one.
// Pure; who may press is AWS's to decide: the viewer's own right to call that function.
import { detailPage } from '../page/detail.ts';
import { fragment } from '../page/document.ts';
import type { Drawing } from '../page/drawing.ts';
import { fleetPage } from '../page/fleet.ts';
import { type Html, html, NOTHING } from '../page/html.ts';
import type { Theme } from '../page/palette.ts';
import type { CertificateDetail, CertificateView, FleetView } from '../view/model.ts';
import { urgencyOf } from '../view/urgency.ts';

export interface Widget {
  readonly now: Date;
  readonly theme: Theme;
  /** This function's own ARN: a popup is drawn by it. */
  readonly widgetArn: string;
  /** Of the function that obeys buttons; absent: there are none. */
  readonly actArn?: string;
}

/** `<cwdb-action>` belongs to the element before it; its text is what the function is called with. */
const call = (
  element: Html,
  {
    endpoint,
    payload,
    confirmation,
  }: { endpoint: string; payload: Readonly<Record<string, string>>; confirmation?: string },
): Html =>
  html`${element}<cwdb-action action="call" display="popup" endpoint="${endpoint}"${confirmation !== undefined && html` confirmation="${confirmation}"`}>${JSON.stringify(payload)}</cwdb-action>`;

/** Nothing that a new certificate would not mend has a button. */
const button = (view: CertificateView, endpoint: string): Html => {
  const { name, state } = view;
  if (state === 'retired' || urgencyOf(view) === 'not-delivered') return NOTHING;
  const isRetry = state === 'failing' || state === 'expired';
  const word = isRetry ? 'Try again' : 'Renew now';
  const what = isRetry ? 'It is tried again with the next sweep' : 'A new certificate is ordered with the next sweep';
  return call(html`<a class="btn" role="button" tabindex="0">${word}</a>`, {
    endpoint,
    payload: { action: 'renew', certificate: name },
    confirmation: `${word}: ${name}? ${what}, whatever its dates say; what is current stays until then.`,
  });
};

const drawing = ({ now, widgetArn, actArn }: Widget): Drawing => ({
  now,
  link: (name, label) =>
    call(html`<a role="button" tabindex="0">${label}</a>`, { endpoint: widgetArn, payload: { certificate: name } }),
  ...(actArn === undefined ? {} : { actions: (view) => button(view, actArn) }),
});

export const drawFleet = (view: FleetView, widget: Widget): string =>
  String(fragment(fleetPage(view, drawing(widget)), widget));

export const drawCertificate = (detail: CertificateDetail, widget: Widget): string =>
  String(fragment(detailPage(detail, drawing(widget)), widget));

/** A sentence in a popup. */
export const drawWords = (words: string, given: Pick<Widget, 'theme'>): string =>
  String(fragment(html`<div class="sheet"><p>${words}</p></div>`, given));

/** The answer to `describe`, which CloudWatch shows to who edits the widget. */
export const DESCRIPTION = {
  markdown: `### Evercert: certificates

What needs attention, the most urgent first; when certificates end; what is delivered to which cluster. It reads the ledger and
writes nothing. Names open a certificate's own page. Buttons are there with the setting \`dashboardActions\`, and obey those who
may call the function \`act\`.

### Widget parameters

None.`,
} as const;
