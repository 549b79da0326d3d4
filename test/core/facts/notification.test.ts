// Messages that EventBridge makes of events: valid and readable whatever the texts hold, and only of what concerns people.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES } from '#core/codes.ts';
import { factEvent, type ResultEvent, resultEvent } from '#core/events.ts';
import { undeliveredNotice } from '#core/facts/notice.ts';
import { chatTransformer, mailTransformer, patternsFor, type Transformer } from '#core/facts/notification.ts';
import { NOTIFIED } from '#core/facts/notified.ts';

const root = new URL('../../../', import.meta.url).pathname;

/** As EventBridge does: what the paths lead to is put in as it is, without escaping (its user guide, "Common issues"). */
const rendered = ({ paths, template }: Transformer, event: ResultEvent): string => {
  const whole: unknown = { 'detail-type': event.detailType, source: 'evercert', detail: event.detail };
  return template.replace(/<([a-z]+)>/g, (_, name: string) => {
    const steps = paths[name]!.split('.').slice(1);
    return String(steps.reduce((at, step) => (at as Record<string, unknown> | undefined)?.[step], whole) ?? '');
  });
};

const failed = (message: string): ResultEvent =>
  resultEvent(
    {
      id: 'record-1',
      name: 'web/pay',
      uid: 'u-1',
      at: '2026-11-25T10:00:03.250Z',
      kind: 'failed',
      generation: 1,
      revision: 3,
      code: 'CAA_FORBIDS',
      message: `${message} (fix: ${CODES.CAA_FORBIDS.fix})`,
      class: 'human',
      count: 1,
      retryAt: '2026-11-26T10:00:03.250Z',
      notAfter: '2027-02-03T09:12:44.000Z',
    },
    { secretName: 'evercert/web/pay' },
  );

const HOSTILE = [
  'issue "digicert.com"',
  'ends with a backslash \\',
  'two\r\nlines\u2028three',
  '\\" , "version": "2.0", "x": "',
  '<title> <aws.events.event.json> <!channel>',
  '-----BEGIN\u0000CERTIFICATE-----\u202E',
  '$.detail {{detail}} \\u0022',
];

describe('a mail', () => {
  it('says what, what still works until when, what comes next, the fix and the runbook', () => {
    expect(rendered(mailTransformer({ service: 'evercert' }), failed('example.com. CAA 0 issue "digicert.com"'))).toBe(
      `"Evercert (evercert): web/pay: attempt 1 in a row failed, CAA_FORBIDS"
"What: example.com. CAA 0 issue 'digicert.com'"
"Still works: the current certificate, until 2027-02-03 09:12Z"
"Next, by itself: it is tried again at 2026-11-26 10:00Z, and then once a day; it will not succeed by itself"
"To do: add a CAA record that allows the CA"
"Runbook: docs/runbook.md#caa_forbids"
"Evercert Certificate Failed, 2026-11-25T10:00:03.250Z, event record-1"`,
    );
  });

  it.each(HOSTILE)('has its seven lines, each one quoted text, where a message holds %j', (text) => {
    const lines = rendered(mailTransformer({ service: 'evercert' }), failed(text)).split('\n');
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(typeof JSON.parse(line)).toBe('string');
  });
});

describe('a custom notification for chats', () => {
  it.each(HOSTILE)('is valid JSON of the shape that Amazon Q Developer takes, where a message holds %j', (text) => {
    expect(JSON.parse(rendered(chatTransformer({ service: 'evercert' }), failed(text)))).toEqual({
      version: '1.0',
      source: 'custom',
      id: 'record-1',
      content: {
        textType: 'client-markdown',
        title: 'Evercert (evercert): web/pay: attempt 1 in a row failed, CAA_FORBIDS',
        description: expect.not.stringMatching(/["\\<>\n\r]/),
        nextSteps: [
          'Still works: the current certificate, until 2027-02-03 09:12Z',
          'Next, by itself: it is tried again at 2026-11-26 10:00Z, and then once a day; it will not succeed by itself',
          'To do: add a CAA record that allows the CA',
          'Runbook: docs/runbook.md#caa_forbids',
        ],
        keywords: ['certificates', 'evercert'],
      },
      metadata: {
        threadId: 'web/pay',
        summary: 'web/pay: attempt 1 in a row failed, CAA_FORBIDS',
        eventType: 'Evercert Certificate Failed',
      },
    });
  });

  it('is documented as it is', () => {
    const docs = readFileSync(`${root}docs/notifications.md`, 'utf8');
    const [paths, template] = [...docs.matchAll(/```json\n([\s\S]*?)```/g)].map((hit) => JSON.parse(hit[1]!) as object);
    const made = chatTransformer({ service: 'evercert' });
    expect(paths).toEqual(made.paths);
    expect(template).toEqual(JSON.parse(made.template));
  });
});

describe('the rules', () => {
  it('tell of every fact that has a notice, and of failures only that do not heal by themselves', () => {
    expect(patternsFor(NOTIFIED)).toEqual({
      Failed: {
        source: ['evercert'],
        detailType: ['Evercert Certificate Failed'],
        detail: { $or: [{ class: ['human'] }, { count: [{ numeric: ['>=', 3] }] }] },
      },
      Told: {
        source: ['evercert'],
        detailType: [
          'Evercert Certificate Overdue',
          'Evercert Certificate Approaching Expiration',
          'Evercert Certificate Expired',
          'Evercert Certificate Drifted',
          'Evercert Certificate Not Delivered',
        ],
      },
    });
  });

  it('tell of nothing else', () => {
    expect(Object.keys(patternsFor(['expired']))).toEqual(['Told']);
    expect(patternsFor([])).toEqual({});
  });

  it('find a notice in each event that they tell of', () => {
    const target = { cluster: 'blue', namespace: 'shop', secret: 'pay-tls', code: 'TARGET_DENIED', message: 'no' };
    const notice = undeliveredNotice({ certificate: 'web/pay', ...target });
    const event = factEvent('undelivered', {
      ...target,
      certificate: 'web/pay',
      id: 'e-1',
      at: new Date('2026-11-25T10:00:03.250Z'),
      revision: 1,
      versionId: 'v',
      fingerprint: 'a'.repeat(64),
      notice,
    });
    expect(rendered(mailTransformer({ service: 'evercert' }), event)).not.toContain(': "');
    expect(rendered(mailTransformer({ service: 'evercert' }), event)).toContain('"To do: ');
  });
});
