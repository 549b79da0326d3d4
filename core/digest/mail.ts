// The week as a mail that can be read on a telephone. Pure; every text of the fleet becomes one plain line.
import { plainLine, readable } from '../facts/notice.ts';
import type { CertificateView, FleetView } from '../view/model.ts';
import type { Spend } from './spend.ts';
import type { Week } from './week.ts';

export interface DigestFacts {
  readonly fleet: FleetView;
  readonly week: Week;
  readonly spend: Spend;
}

/** SNS takes 100 characters of printable ASCII (API_Publish). */
const MAX_SUBJECT = 100;

const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
const money = (value: number): string => {
  const [whole = '0', cents = '00'] = value.toFixed(2).split('.');
  return `${number(Number(whole))}.${cents}`;
};
const oneOrMany = (count: number, one: string, many: string): string => `${number(count)} ${count === 1 ? one : many}`;

const stillOf = ({ current, state }: CertificateView): string => {
  if (current === undefined) return 'nothing is current yet';
  return state === 'expired'
    ? `it ended at ${readable(current.notAfter)}`
    : `valid until ${readable(current.notAfter)}`;
};

const WORDS: Readonly<Partial<Record<CertificateView['lateness'], string>>> = {
  'overdue-warning': 'overdue',
  'overdue-critical': 'long overdue',
  emergency: 'about to expire',
  expired: 'expired',
};

const headline = ({ lateness, problem, drift, deliveries }: CertificateView): string => {
  const undelivered = deliveries.filter(({ state }) => state === 'lagging').map(({ cluster }) => cluster);
  const words = [
    ...(WORDS[lateness] === undefined ? [] : [WORDS[lateness]]),
    ...(problem === undefined
      ? []
      : [problem.tries > 0 ? `${problem.code}, ${oneOrMany(problem.tries, 'try', 'tries')}` : problem.code]),
    ...(drift === undefined ? [] : [`changed by somebody else (${drift.kind})`]),
    ...(undelivered.length === 0 ? [] : [`not delivered to ${[...new Set(undelivered)].join(', ')}`]),
  ];
  return words.join('; ') || 'waits';
};

const entry = (view: CertificateView, index: number): string => {
  const problem = view.problem ?? view.deliveries.find(({ problem: found }) => found !== undefined)?.problem;
  const { at, what } = view.next;
  const [first, ...more] = [
    `${index + 1}. ${view.name} (${view.issuer}): ${headline(view)}`,
    ...(problem === undefined ? [] : [problem.message]),
    `still: ${stillOf(view)}`,
    `next: ${what}${at === undefined ? '' : `, ${readable(at)}`}`,
    ...(problem === undefined ? [] : [`fix: ${problem.fix}`]),
  ].map(plainLine);
  return [first, ...more.map((line) => `   ${line}`)].join('\n');
};

const attentionOf = ({ attention, more }: FleetView): readonly string[] => {
  if (attention.length === 0) return ['Nothing wants attention.'];
  const rest = more === 0 ? [] : [`... and ${oneOrMany(more, 'more', 'more')}.`];
  return ['What wants attention, the most urgent first:', '', ...attention.map(entry), ...rest];
};

const clusterLine = ({ name, unconfirmed, oldestSeconds }: FleetView['clusters'][number]): string =>
  unconfirmed === 0
    ? `${name} holds all`
    : `${name} lacks ${number(unconfirmed)}, the oldest for ${oneOrMany(Math.round(oldestSeconds / 60), 'minute', 'minutes')}`;

const figures = ({ fleet, week }: DigestFacts): readonly string[] => {
  const { counts, isCounted, nextExpiry, clusters, lastSweep } = fleet;
  const total = isCounted
    ? `${number(counts.managed)}, ${number(counts.ready)} of them with a valid certificate`
    : 'not counted yet';
  return [
    `Certificates:                 ${total}`,
    `Issued or renewed, last week: ${number(week.begun)}`,
    `To be renewed, next week:     ${number(week.due)}`,
    `Failing / overdue / expired:  ${number(counts.failing)} / ${number(counts.overdueWarning + counts.overdueCritical)} / ${number(counts.expired)}`,
    ...(week.codes.length === 0
      ? []
      : [`Failing or waiting by code:   ${week.codes.map(([code, count]) => `${code} ${number(count)}`).join(', ')}`]),
    ...(nextExpiry === undefined
      ? []
      : [`Ends next, if nothing is done: ${plainLine(nextExpiry.name)}, ${readable(nextExpiry.notAfter)}`]),
    ...(clusters.length === 0 ? [] : [`Clusters:                     ${clusters.map(clusterLine).join('; ')}`]),
    `Last sweep:                   ${lastSweep === undefined ? 'none has completed' : readable(lastSweep.completedAt)}`,
  ];
};

const spendLine = ({ secrets, keys, watchingAtMost }: Spend): string =>
  `Spend, about, a month: ${money(secrets + keys)} USD for secrets and keys; at most ${money(watchingAtMost)} for alarms, metrics and dashboard. Private CAs, and what readers call, are not in it.`;

/** `subject`: at most 100 characters of printable ASCII. */
export const digestMail = (facts: DigestFacts): { readonly subject: string; readonly text: string } => {
  const { fleet, week, spend } = facts;
  const wanting = fleet.attention.length + fleet.more;
  const verdict =
    wanting === 0 ? 'all is well' : `${oneOrMany(wanting, 'certificate wants', 'certificates want')} attention`;
  const subject = `Evercert (${fleet.service}): ${verdict}; ${number(week.begun)} issued or renewed last week`;
  const text = [
    `Evercert (${fleet.service}), the week to ${fleet.at.slice(0, 10)}: ${verdict}.`,
    '',
    ...figures(facts),
    '',
    ...attentionOf(fleet),
    '',
    spendLine(spend),
    'What each code means and what to do: docs/runbook.md',
    '',
  ].join('\n');
  return { subject: subject.replace(/[^ -~]/g, '?').slice(0, MAX_SUBJECT), text };
};
