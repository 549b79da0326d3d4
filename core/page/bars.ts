// What is drawn: the remaining life of a certificate, and what ends in which week. SVG without text, so that it stretches with its
// place; the words stand beside it. Pure.
import type { CertificateView, FleetView } from '../view/model.ts';
import { endText, instantText, span } from '../view/times.ts';
import { type Html, html, NOTHING } from './html.ts';
import { type Tone, toneName } from './marks.ts';

type Current = NonNullable<CertificateView['current']>;

const round = (value: number): number => Math.round(value * 100) / 100;

/** Where an instant lies between issue and end, 0 to 100. */
const placeOf = ({ notBefore, notAfter }: Current, at: Date): number => {
  const [begin, end] = [new Date(notBefore).getTime(), new Date(notAfter).getTime()];
  return end <= begin ? 100 : round(Math.min(100, Math.max(0, (100 * (at.getTime() - begin)) / (end - begin))));
};

/** As wide in every place: what stretches is the bar. */
const tick = (x: number, height: number): Html =>
  html`<path class="tick" d="M${Math.min(99.7, x)} ${16 - height}V16" vector-effect="non-scaling-stroke"/>`;

/** From issue (left) to end (right): what is left is filled; marks at renewal (whole), warning and critical (half). */
const lifeSvg = (current: Current, now: Date, tone: Tone): Html => {
  const gone = placeOf(current, now);
  const [renew, warn, critical] = [current.renewAt, current.warnAt, current.criticalAt].map((at) =>
    placeOf(current, new Date(at)),
  ) as [number, number, number];
  const left = span(new Date(current.notAfter).getTime() - now.getTime());
  const label = `${left} left of ${span(new Date(current.notAfter).getTime() - new Date(current.notBefore).getTime())}; to be renewed ${instantText(new Date(current.renewAt))}`;
  return html`<svg viewBox="0 0 100 16" preserveAspectRatio="none" role="img" aria-label="${label}"><title>${label}</title><rect class="fill-track" x="0" y="3" width="100" height="10"/><rect class="fill-${toneName(tone)}" x="${gone}" y="3" width="${round(100 - gone)}" height="10"/>${tick(renew, 16)}${tick(warn, 6)}${tick(critical, 6)}</svg>`;
};

/** What the marks on the bar are. */
export const marksExplained = ({ renewAt, warnAt, criticalAt }: Current, now: Date): Html => {
  const [renew, warn, critical] = [renewAt, warnAt, criticalAt].map((at) => endText(new Date(at), now)) as string[];
  return html`<p class="small quiet">marks: to be renewed ${renew}, overdue from ${warn}, far overdue from ${critical}</p>`;
};

/** How late it is, not what else is amiss. */
const LATE_TONES: Readonly<Record<CertificateView['lateness'], Tone>> = {
  'in-time': 'well',
  due: 'well',
  'overdue-warning': 'notice',
  'overdue-critical': 'bad',
  emergency: 'bad',
  expired: 'bad',
};

/** What still works, and until when. */
export const lifeBar = (view: CertificateView, now: Date): Html => {
  const { current } = view;
  if (current === undefined) return html`<div class="life quiet">nothing works yet</div>`;
  const end = new Date(current.notAfter);
  const isPast = end <= now;
  const words = isPast
    ? html`<b class="left bad">expired ${span(now.getTime() - end.getTime())} ago</b>`
    : html`<span class="left"><b>${span(end.getTime() - now.getTime())}</b> left</span>`;
  return html`<div class="life">${words}${lifeSvg(current, now, LATE_TONES[view.lateness])}<span class="small quiet">${isPast ? 'worked' : 'works'} until <time datetime="${current.notAfter}" title="${instantText(end)}">${endText(end, now)}</time></span></div>`;
};

const HEIGHT = 56;
/** What is there shows, however small. */
const heightOf = (count: number, most: number): number =>
  count === 0 ? 0 : round(Math.max(3, (HEIGHT * count) / most));

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayText = (day: string): string => `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''}`;

type Week = FleetView['weeks'][number];

const weekBar = ({ from, inTime, late }: Week, index: number, most: number): Html => {
  const [calm, hot] = [heightOf(inTime, most), heightOf(late, most)];
  const label = `week of ${dayText(from)}: ${inTime + late} end${late === 0 ? '' : `, ${late} of them overdue`}`;
  return html`<li title="${label}"><b${late > 0 && html` class="bad"`}>${inTime + late > 0 && inTime + late}${late > 0 && '!'}</b><svg viewBox="0 0 10 ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="fill-well" x="0" y="${round(HEIGHT - calm)}" width="10" height="${calm}"/><rect class="fill-bad" x="0" y="${round(HEIGHT - calm - hot)}" width="10" height="${hot}"/></svg><time datetime="${from}">${index % 4 === 0 && dayText(from)}</time></li>`;
};

/** Nothing where nothing ends. */
export const expiryWeeks = ({ weeks, later }: Pick<FleetView, 'weeks' | 'later'>): Html => {
  const total = weeks.reduce((sum, { inTime, late }) => sum + inTime + late, 0);
  if (total + later === 0) return NOTHING;
  const most = Math.max(1, ...weeks.map(({ inTime, late }) => inTime + late));
  return html`<section aria-label="When certificates end"><h2>When they end, week by week, unless renewed${later > 0 && html` · <b>${later}</b> later`}</h2><ol class="weeks" tabindex="0" aria-label="Ends per week">${weeks.map((week, index) => weekBar(week, index, most))}</ol></section>`;
};
