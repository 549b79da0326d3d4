// The page of one certificate: what works until when, what happens next, why not, where it has got to, and how it came so far. Pure.
import type { CertificateDetail, DeliveryView, HistoryView } from '../view/model.ts';
import { instantText, span } from '../view/times.ts';
import { wantsAttention } from '../view/urgency.ts';
import { lifeBar, marksExplained } from './bars.ts';
import { driftWords, nextWords, problemWords, row, table, timed } from './certificates.ts';
import type { Drawing } from './drawing.ts';
import { brief, type Html, html, NOTHING, type Part } from './html.ts';
import { badge, deliveryBadge, signOf, toneName } from './marks.ts';

const LETTERS = 4_000;
const MOST_HISTORY = 50;

const fact = (label: string, value: Part | undefined): Html =>
  value === undefined ? NOTHING : html`<dt>${label}</dt><dd>${value}</dd>`;

const mono = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<span class="mono">${text}</span>`;

const on = (at: string, now: Date): Html =>
  html`${instantText(new Date(at))} <span class="quiet">(${timed(at, now)})</span>`;

const boxes = (detail: CertificateDetail, now: Date): Html => {
  const { problem, drift } = detail;
  const tone = signOf(detail).tone === 'bad' ? 'bad' : 'notice';
  return html`${problem !== undefined && html`<div class="box ${toneName(problem.tries === 0 ? 'notice' : tone)}">${problemWords(problem, now, LETTERS)}</div>`}${drift !== undefined && html`<div class="box notice">${driftWords(drift, now, LETTERS)}</div>`}`;
};

const facts = (detail: CertificateDetail, now: Date): Html => {
  const { current, names, issuer, secretName, renewBecause, outageBudgetMs, warnings } = detail;
  return html`<dl class="facts">${fact('Names', names.join(', '))}${fact('Issuer', issuer)}${fact('Secret', mono(secretName))}${
    current !== undefined &&
    html`${fact('Issued', on(current.notBefore, now))}${fact('Works until', on(current.notAfter, now))}${fact('To be renewed', on(current.renewAt, now))}`
  }${fact('By the rule', renewBecause)}${fact(
    'Outage that it stands',
    outageBudgetMs === undefined ? undefined : `CA, DNS and AWS may be out for ${span(outageBudgetMs)} after that`,
  )}${current !== undefined && html`${fact('Serial', mono(current.serial))}${fact('SHA-256', mono(current.fingerprint))}${fact('Version', mono(current.versionId))}`}${warnings.map((text) => fact('Note', brief(text, LETTERS)))}</dl>`;
};

const deliveryRow = (delivery: DeliveryView, now: Date): Html => {
  const { cluster, namespace, secret, since, seconds, problem } = delivery;
  const nextTry = problem?.nextTryAt;
  return row([
    html`<span class="who">${cluster}</span> ${namespace === '*' ? 'each labelled namespace' : namespace}<div class="small quiet mono">${secret}</div>`,
    deliveryBadge(delivery),
    html`${timed(since, now)}${seconds !== undefined && html` <span class="quiet">after ${span(seconds * 1000)}</span>`}`,
    problem === undefined
      ? NOTHING
      : html`${problemWords(problem, now)}${nextTry !== undefined && html`<p class="small quiet">tried again by itself ${new Date(nextTry) <= now ? 'with the next sweep' : timed(nextTry, now)}</p>`}`,
  ]);
};

const deliveries = ({ deliveries: all }: CertificateDetail, now: Date): Html =>
  all.length === 0
    ? NOTHING
    : html`<section aria-label="Delivery by cluster"><h2>Delivery by cluster</h2>${table('deliveries', {
        headers: ['Where', 'State', 'Since', 'Why, and what to do'],
        rows: all.map((one) => deliveryRow(one, now)),
        label: 'Delivery by cluster',
      })}</section>`;

/** Public CAs leave it empty: the names count. */
const subjectOf = (subject: string): Html =>
  subject === '' ? html`<span class="quiet">no subject; its names are above</span>` : html`${subject}`;

const chainOf = ({ chain }: CertificateDetail, now: Date): Html =>
  chain === undefined || chain.length === 0
    ? NOTHING
    : html`<section aria-label="Chain"><h2>Chain, the certificate first</h2>${table('chain', {
        headers: ['Subject', 'Signed by', 'Until'],
        rows: chain.map((one) => row([subjectOf(one.subject), html`${one.issuer}`, on(one.notAfter, now)])),
        label: 'Chain',
      })}</section>`;

const historyRow = ({ at, kind, reason, message, fingerprint }: HistoryView, now: Date): Html =>
  row([
    on(at, now),
    html`<b>${kind}</b>`,
    html`${reason !== undefined && html`<span class="mono small">${reason}</span> `}${message !== undefined && brief(message, 600)}${fingerprint !== undefined && html` <span class="mono small quiet">${fingerprint.slice(0, 16)}</span>`}`,
  ]);

const historyOf = ({ history }: CertificateDetail, now: Date): Html => {
  if (history.length === 0) return NOTHING;
  const more = history.length - MOST_HISTORY;
  return html`<section aria-label="History"><h2>History, newest first</h2>${table('history', {
    headers: ['When', 'What', 'Why'],
    rows: history.slice(0, MOST_HISTORY).map((one) => historyRow(one, now)),
    label: 'History',
  })}${more > 0 && html`<p class="small quiet">and ${more} older</p>`}</section>`;
};

/** All of it, without a document around it. */
export const detailPage = (detail: CertificateDetail, drawing: Drawing): Html => {
  const { now, back, actions } = drawing;
  const isUrgent = wantsAttention(detail);
  return html`<div class="sheet">${back !== undefined && html`<p class="back">${back}</p>`}<header><h1 class="verdict">${detail.name}</h1><p class="under">${badge(detail)}<span>next: ${nextWords(detail, now)}</span></p></header>${boxes(detail, now)}${actions !== undefined && html`<div class="actions">${actions(detail)}</div>`}<section class="wide" aria-label="What is left"><h2>What is left</h2>${lifeBar(detail, now)}${detail.current !== undefined && marksExplained(detail.current, now)}</section><section aria-label="Facts"><h2>${isUrgent ? 'What it is' : 'Facts'}</h2>${facts(detail, now)}</section>${deliveries(detail, now)}${chainOf(detail, now)}${historyOf(detail, now)}</div>`;
};
