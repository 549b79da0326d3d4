// A state as a word, a colour and a shape, so that none of them is needed to understand it. Pure.
import type { CertificateView, DeliveryView } from '../view/model.ts';
import { type Urgency, urgencyOf } from '../view/urgency.ts';
import type { Verdict } from '../view/verdict.ts';
import { type Html, html } from './html.ts';

export type Tone = 'well' | 'notice' | 'bad' | 'plain';
type Shape = 'disc' | 'ring' | 'half' | 'bars' | 'triangle' | 'cross' | 'dash' | 'arrow';

/** On a square of twelve. */
const SHAPES: Readonly<Record<Shape, Html>> = {
  disc: html`<path d="M6 .5a5.5 5.5 0 1 1-.01 0zM3.1 6.2l2.1 2.1 3.9-4.3-1-.9-2.95 3.25-1.1-1.1z" fill-rule="evenodd"/>`,
  ring: html`<path d="M6 .5a5.5 5.5 0 1 1-.01 0zM6 2.2a3.8 3.8 0 1 0 .01 0z" fill-rule="evenodd"/>`,
  half: html`<path d="M6 .5a5.5 5.5 0 1 1-.01 0zM6 2.2a3.8 3.8 0 0 0 0 7.6z" fill-rule="evenodd"/>`,
  bars: html`<path d="M2 1h3v10H2zM7 1h3v10H7z"/>`,
  triangle: html`<path d="M6 .5 12 11.5H0zM5.3 4.2h1.4v3.9H5.3zM5.3 8.9h1.4v1.4H5.3z" fill-rule="evenodd"/>`,
  cross: html`<path d="M3.6 0h4.8L12 3.6v4.8L8.4 12H3.6L0 8.4V3.6zM3.4 4.4 5 6 3.4 7.6l1 1L6 7l1.6 1.6 1-1L7 6l1.6-1.6-1-1L6 5 4.4 3.4z" fill-rule="evenodd"/>`,
  dash: html`<path d="M1 5h10v2H1z"/>`,
  arrow: html`<path d="M1 5h6V2l4.5 4L7 10V7H1z"/>`,
};

const TONES: Readonly<Record<Tone, Html>> = {
  well: html`well`,
  notice: html`notice`,
  bad: html`bad`,
  plain: html`plain`,
};

export const mark = (shape: Shape, tone: Tone): Html =>
  html`<svg class="mark fill-${TONES[tone]}" viewBox="0 0 12 12" aria-hidden="true">${SHAPES[shape]}</svg>`;

interface Sign {
  readonly word: string;
  readonly tone: Tone;
  readonly shape: Shape;
}

const URGENT: Readonly<Record<Exclude<Urgency, 'calm'>, Sign>> = {
  expired: { word: 'expired', tone: 'bad', shape: 'cross' },
  emergency: { word: 'about to expire', tone: 'bad', shape: 'cross' },
  critical: { word: 'far overdue', tone: 'bad', shape: 'triangle' },
  warning: { word: 'overdue', tone: 'notice', shape: 'triangle' },
  failing: { word: 'failing', tone: 'notice', shape: 'triangle' },
  drifted: { word: 'changed by others', tone: 'notice', shape: 'half' },
  'not-delivered': { word: 'not delivered', tone: 'notice', shape: 'arrow' },
};

const CALM: Readonly<Record<CertificateView['state'], Sign>> = {
  ready: { word: 'ready', tone: 'well', shape: 'disc' },
  renewing: { word: 'renewing', tone: 'well', shape: 'half' },
  issuing: { word: 'being issued', tone: 'plain', shape: 'ring' },
  waiting: { word: 'waiting', tone: 'plain', shape: 'bars' },
  failing: URGENT.failing,
  expired: URGENT.expired,
  retired: { word: 'no longer declared', tone: 'plain', shape: 'dash' },
};

export const signOf = (view: CertificateView): Sign => {
  const urgency = urgencyOf(view);
  if (urgency === 'calm') return CALM[view.state];
  if (urgency === 'failing' && view.state === 'waiting') return { ...URGENT.failing, word: 'waiting for its issuer' };
  return URGENT[urgency];
};

const signed = ({ word, tone, shape }: Sign): Html =>
  html`<span class="badge ${TONES[tone]}">${mark(shape, tone)}${word}</span>`;

/** With what else is true of it: late and failing are two things. */
export const badge = (view: CertificateView): Html => {
  const sign = signOf(view);
  const also = view.state === 'failing' && sign.word !== 'failing';
  return html`${signed(sign)}${also && html`<br><span class="small quiet">and failing</span>`}`;
};

const DELIVERY: Readonly<Record<DeliveryView['state'], Sign>> = {
  delivered: { word: 'delivered', tone: 'well', shape: 'disc' },
  pending: { word: 'on its way', tone: 'plain', shape: 'arrow' },
  lagging: { word: 'not delivered', tone: 'notice', shape: 'triangle' },
};
export const deliveryBadge = ({ state }: DeliveryView): Html => signed(DELIVERY[state]);

export const verdictMark = ({ tone }: Verdict): Html => {
  if (tone === 'well') return mark('disc', 'well');
  return tone === 'attention' ? mark('triangle', 'notice') : mark('cross', 'bad');
};
export const verdictTone = ({ tone }: Verdict): Html =>
  TONES[tone === 'well' ? 'well' : tone === 'attention' ? 'notice' : 'bad'];
export const toneName = (tone: Tone): Html => TONES[tone];
