// How EventBridge makes a message for people out of an event: which events, and the templates of a mail and of a chat. The
// parts are sentences of the event's own (notice.ts): EventBridge does not escape what it puts in. Pure.
import { DETAIL_TYPES, EVENT_SOURCE } from '../events.ts';
import type { NotifiedFact } from './notified.ts';

/** Failures in a row from which on people are told of what may still succeed by itself. */
const TOLD_FROM = 3;

export interface Pattern {
  readonly source: readonly string[];
  readonly detailType: readonly string[];
  readonly detail?: Readonly<Record<string, unknown>>;
}

const FAILED: Pattern = {
  source: [EVENT_SOURCE],
  detailType: [DETAIL_TYPES.failed],
  detail: { $or: [{ class: ['human'] }, { count: [{ numeric: ['>=', TOLD_FROM] }] }] },
};

/** What concerns people of these facts: of failures only those that do not heal by themselves. By the name of its rule. */
export const patternsFor = (facts: readonly NotifiedFact[]): Readonly<Record<string, Pattern>> => {
  const others = facts.filter((fact) => fact !== 'failed').map((fact) => DETAIL_TYPES[fact]);
  return {
    ...(facts.includes('failed') ? { Failed: FAILED } : {}),
    ...(others.length > 0 ? { Told: { source: [EVENT_SOURCE], detailType: others } } : {}),
  };
};

export interface Transformer {
  /** Variable -> where it is in the event. */
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

const NOTICE = {
  title: '$.detail.notice.title',
  what: '$.detail.notice.what',
  still: '$.detail.notice.still',
  next: '$.detail.notice.next',
  fix: '$.detail.notice.fix',
  runbook: '$.detail.notice.runbook',
} as const;

/** A line each, in quotes: what EventBridge takes for text of several lines, and what a mail of SNS shows. */
export const mailTransformer = ({ service }: { service: string }): Transformer => ({
  paths: { ...NOTICE, id: '$.detail.id', at: '$.detail.at', about: '$.detail-type' },
  template: [
    `Evercert (${service}): <title>`,
    'What: <what>',
    'Still works: <still>',
    'Next, by itself: <next>',
    'To do: <fix>',
    'Runbook: <runbook>',
    '<about>, <at>, event <id>',
  ]
    .map((line) => `"${line}"`)
    .join('\n'),
});

/**
 * A custom notification of Amazon Q Developer in chat applications (its administrator guide, "Custom notifications": version,
 * source, content). Threads by certificate.
 */
export const chatTransformer = ({ service }: { service: string }): Transformer => ({
  paths: { ...NOTICE, id: '$.detail.id', certificate: '$.detail.certificate', about: '$.detail-type' },
  template: JSON.stringify({
    version: '1.0',
    source: 'custom',
    id: '<id>',
    content: {
      textType: 'client-markdown',
      title: `Evercert (${service}): <title>`,
      description: '<what>',
      nextSteps: ['Still works: <still>', 'Next, by itself: <next>', 'To do: <fix>', 'Runbook: <runbook>'],
      keywords: ['certificates', service],
    },
    metadata: { threadId: '<certificate>', summary: '<title>', eventType: '<about>' },
  }),
});
