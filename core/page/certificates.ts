// Lists of certificates: what needs attention with all that one must know, and the others a line each. Pure.
import type { CertificateView, FleetView, ViewProblem } from '../view/model.ts';
import { distance, instantText } from '../view/times.ts';
import { lifeBar } from './bars.ts';
import type { Drawing } from './drawing.ts';
import { brief, type Html, html, NOTHING } from './html.ts';
import { badge } from './marks.ts';

const MESSAGE_LETTERS = 400;
const NAMES_SHOWN = 3;

/** The roles stand beside the tags because narrow pages draw tables as blocks. */
export const table = (
  name: string,
  { headers, rows, label }: { headers: readonly string[]; rows: readonly Html[]; label: string },
): Html =>
  html`<table class="stack ${name}" role="table" aria-label="${label}"><thead role="rowgroup"><tr role="row">${headers.map((text) => html`<th role="columnheader" scope="col">${text}</th>`)}</tr></thead><tbody role="rowgroup">${rows}</tbody></table>`;

export const row = (cells: readonly Html[]): Html =>
  html`<tr role="row">${cells.map((cell) => html`<td role="cell">${cell}</td>`)}</tr>`;

/** `in 5 h`, with the whole instant behind it. */
export const timed = (at: string, now: Date): Html =>
  html`<time datetime="${at}" title="${instantText(new Date(at))}">${distance(new Date(at), now)}</time>`;

export const nextWords = ({ next }: CertificateView, now: Date): Html =>
  html`${brief(next.what, MESSAGE_LETTERS)}${next.at !== undefined && html` ${timed(next.at, now)}`}`;

const tries = ({ tries: count, since }: ViewProblem, now: Date): Html =>
  count === 0
    ? html`waits since ${timed(since, now)}`
    : html`${count} ${count === 1 ? 'try' : 'tries'}, the last ${timed(since, now)}`;

/** Code, what was seen, what to do; `letters`: most of the message. */
export const problemWords = (problem: ViewProblem, now: Date, letters = MESSAGE_LETTERS): Html =>
  html`<p><span class="code mono">${problem.code}</span> ${brief(problem.message, letters)}</p><p class="fix"><b>Fix:</b> ${problem.fix}</p><p class="small quiet">${tries(problem, now)}</p>`;

export const driftWords = (drift: NonNullable<CertificateView['drift']>, now: Date, letters = MESSAGE_LETTERS): Html =>
  html`<p><span class="code mono">${drift.kind}</span> ${brief(drift.message, letters)}</p><p class="small quiet">seen ${timed(drift.since, now)}</p>`;

const lagging = ({ deliveries }: CertificateView, now: Date): Html => {
  const behind = deliveries.filter(({ state }) => state === 'lagging');
  const [first] = behind;
  if (first?.problem === undefined) return NOTHING;
  const others = behind.length - 1;
  return html`<p class="small quiet">not in ${first.cluster}/${first.namespace}${others > 0 && ` and ${others} more`}</p>${problemWords(first.problem, now)}`;
};

const LATE: Readonly<Partial<Record<CertificateView['lateness'], string>>> = {
  'overdue-warning': 'It should have been renewed by now, and nothing has failed: it waits for its turn.',
  'overdue-critical': 'It should have been renewed long ago, and nothing has failed: look whether sweeps complete.',
  emergency: 'It should have been renewed long ago, and nothing has failed: look whether sweeps complete.',
  expired: 'It has expired, and nothing has failed: look whether sweeps complete.',
};

const whyOf = (view: CertificateView, now: Date): Html => {
  const { problem, drift, lateness } = view;
  if (problem !== undefined) return problemWords(problem, now);
  if (LATE[lateness] !== undefined) return html`<p>${LATE[lateness]}</p>`;
  return drift === undefined ? lagging(view, now) : driftWords(drift, now);
};

const who = ({ name, issuer, names }: CertificateView, { link }: Drawing): Html => {
  const more = names.length - NAMES_SHOWN;
  const listed = names.slice(0, NAMES_SHOWN).map((text) => brief(text, 80));
  return html`<div class="who">${link(name, name)}</div><div class="small quiet">${listed.join(', ')}${more > 0 && ` and ${more} more`}</div><div class="small quiet">${issuer}</div>`;
};

const attentionRow = (view: CertificateView, drawing: Drawing): Html =>
  row([
    who(view, drawing),
    badge(view),
    lifeBar(view, drawing.now),
    nextWords(view, drawing.now),
    html`${whyOf(view, drawing.now)}${drawing.actions !== undefined && html`<div class="actions">${drawing.actions(view)}</div>`}`,
  ]);

/** Nothing where all is well. */
export const attentionTable = ({ attention, more }: FleetView, drawing: Drawing): Html => {
  if (attention.length === 0) return NOTHING;
  const headers = ['Certificate', 'State', 'What is left', 'What happens next', 'Why, and what to do'];
  const rows = attention.map((view) => attentionRow(view, drawing));
  return html`<section aria-label="What needs attention"><h2>What needs attention, the most urgent first</h2>${table('attention', { headers, rows, label: 'What needs attention' })}${more > 0 && html`<p class="small quiet">and ${more} more, less urgent: they are listed as these are mended</p>`}</section>`;
};

const calmRow = (view: CertificateView, { now, link }: Drawing): Html =>
  row([
    html`<span class="who">${link(view.name, view.name)}</span> <span class="small quiet">${brief(view.issuer, 60)}</span>`,
    badge(view),
    lifeBar(view, now),
    nextWords(view, now),
  ]);

export const othersTable = ({ others, othersMore }: FleetView, drawing: Drawing): Html => {
  if (others.length === 0) return NOTHING;
  const headers = ['Certificate', 'State', 'What is left', 'What happens next'];
  const rows = others.map((view) => calmRow(view, drawing));
  return html`<details open><summary>The others, the next to be renewed first</summary>${table('calm', { headers, rows, label: 'The others' })}${othersMore > 0 && html`<p class="small quiet">and ${othersMore} more that need nothing</p>`}</details>`;
};
