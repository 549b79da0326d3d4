// The local page's fragments: the core's drawings, with links and the one button of this page. Pure. It must never ask anything.
import { detailPage } from '#core/page/detail.ts';
import type { Drawing } from '#core/page/drawing.ts';
import { fleetPage } from '#core/page/fleet.ts';
import { type Html, html, NOTHING } from '#core/page/html.ts';
import type { CertificateView } from '#core/view/model.ts';
import type { Chain } from './chains.ts';
import { renewForm, startingFragment } from './document.ts';
import { pathOf } from './request.ts';
import type { Drawn } from './streams.ts';
import { detailOf, fleetOf, type Scene } from './views.ts';

const TITLE = 'Evercert, local cloud';

const certificatePath = (name: string): string => pathOf({ kind: 'certificate', name });

/** `token` is absent where nothing can be asked for (yet). */
const drawingOf = (now: Date, token: string | undefined): Drawing => {
  const actions = ({ name, state }: CertificateView): Html =>
    token === undefined || state === 'retired' ? NOTHING : renewForm(`${certificatePath(name)}/renew`, token);
  return { now, link: (name, label) => html`<a href="${certificatePath(name)}">${label}</a>`, actions };
};

export const startingDrawn = (lines: readonly string[]): Drawn => ({
  title: `starting · ${TITLE}`,
  html: startingFragment(lines).toString(),
});

export const fleetDrawn = (scene: Scene, token: string | undefined): Drawn => ({
  title: TITLE,
  html: fleetPage(fleetOf(scene), drawingOf(scene.now, token)).toString(),
});

/** Undefined: the ledger knows no such certificate. */
export const certificateDrawn = (
  scene: Scene,
  name: string,
  { token, chain }: { readonly token: string | undefined; readonly chain: Chain | undefined },
): Drawn | undefined => {
  const detail = detailOf(scene, name, chain);
  if (detail === undefined) return undefined;
  const drawing = { ...drawingOf(scene.now, token), back: html`<a href="/">All certificates</a>` };
  return { title: `${name} · ${TITLE}`, html: detailPage(detail, drawing).toString() };
};
