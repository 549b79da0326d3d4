// The page of the whole fleet: five seconds at the top, thirty in the table, the rest below. Pure.
import type { FleetView } from '../view/model.ts';
import { distance, instantText, span } from '../view/times.ts';
import { verdictOf } from '../view/verdict.ts';
import { expiryWeeks } from './bars.ts';
import { attentionTable, othersTable, row, table } from './certificates.ts';
import type { Drawing } from './drawing.ts';
import { type Html, html, NOTHING } from './html.ts';
import { mark, type Tone, toneName, verdictMark, verdictTone } from './marks.ts';

interface Figure {
  readonly label: string;
  readonly value: string | number;
  readonly under?: string | undefined;
  /** Where it is not as it should be. */
  readonly tone?: Tone | false;
}

const figure = ({ label, value, under, tone }: Figure): Html => {
  const shape = tone === 'bad' ? mark('cross', 'bad') : tone === 'notice' && mark('triangle', 'notice');
  return html`<div><dt>${label}</dt><dd${tone && html` class="${toneName(tone)}"`}>${shape}${value}${under !== undefined && html`<small>${under}</small>`}</dd></div>`;
};

const figuresOf = (view: FleetView, now: Date): readonly Figure[] => {
  const { counts, nextExpiry, lastSweep, isCounted } = view;
  const { managed, ready, failing, overdueWarning, overdueCritical, expired, dueIn24h } = counts;
  const overdue = overdueWarning + overdueCritical;
  const stopped = verdictOf(view).tone === 'stopped';
  return [
    { label: 'Ready', value: isCounted ? ready : '–', under: isCounted ? `of ${managed} managed` : 'not counted yet' },
    {
      label: 'Overdue',
      value: overdue,
      under: overdueCritical > 0 ? `${overdueCritical} of them critical` : `${dueIn24h} due within a day`,
      tone: overdueCritical > 0 ? 'bad' : overdue > 0 && 'notice',
    },
    {
      label: 'Failing',
      value: failing,
      under: failing > 0 ? 'each tried again by itself' : undefined,
      tone: failing > 0 && 'notice',
    },
    { label: 'Expired', value: expired, tone: expired > 0 && 'bad' },
    {
      label: 'Next expiry',
      value: nextExpiry === undefined ? '–' : distance(new Date(nextExpiry.notAfter), now),
      under: nextExpiry === undefined ? undefined : `unless renewed: ${nextExpiry.name}`,
    },
    {
      label: 'Last sweep',
      value: lastSweep === undefined ? '–' : distance(new Date(lastSweep.completedAt), now),
      under: lastSweep === undefined ? 'none yet' : `every ${span(lastSweep.periodMs)}`,
      tone: stopped && 'bad',
    },
  ];
};

const clusterRow = ({ name, unconfirmed, oldestSeconds }: FleetView['clusters'][number]): Html =>
  row([
    html`<span class="who">${name}</span>`,
    unconfirmed === 0
      ? html`<span class="badge well">${mark('disc', 'well')}has everything</span>`
      : html`<span class="badge notice">${mark('arrow', 'notice')}${unconfirmed} not confirmed</span>`,
    unconfirmed === 0 ? NOTHING : html`the oldest for ${span(oldestSeconds * 1000)}`,
  ]);

const clusterTable = ({ clusters }: FleetView): Html =>
  clusters.length === 0
    ? NOTHING
    : html`<section aria-label="Delivery to clusters"><h2>Delivery to clusters</h2>${table('clusters', { headers: ['Cluster', 'State', 'Behind'], rows: clusters.map(clusterRow), label: 'Delivery to clusters' })}</section>`;

/** All of it, without a document around it. */
export const fleetPage = (view: FleetView, drawing: Drawing): Html => {
  const verdict = verdictOf(view);
  const at = new Date(view.at);
  return html`<div class="sheet"><header><h1 class="verdict"><span class="${verdictTone(verdict)}">${verdictMark(verdict)}</span>${verdict.text}</h1><p class="under"><span>Evercert</span><span>prefix ${view.service}</span><span>as of <time datetime="${view.at}">${instantText(at)}</time></span></p></header><dl class="figures">${figuresOf(view, drawing.now).map(figure)}</dl>${attentionTable(view, drawing)}<div class="two">${expiryWeeks(view)}${clusterTable(view)}</div>${othersTable(view, drawing)}</div>`;
};
