// What people are told: no part is ever missing, and nothing can break the template that it is put into.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES } from '#core/codes.ts';
import { driftedNotice, failedNotice, plainLine, undeliveredNotice } from '#core/facts/notice.ts';

describe('the notice of a failure', () => {
  it('says what failed, what still works until when, what comes next, and the fix', () => {
    const message = `example.com. CAA 0 issue "digicert.com" forbids letsencrypt.org (fix: ${CODES.CAA_FORBIDS.fix})`;
    const failed = { certificate: 'web/pay', code: 'CAA_FORBIDS', message, class: 'human', count: 2 } as const;
    const notAfter = '2027-02-03T09:12:44.000Z';
    expect(failedNotice({ ...failed, notAfter, retryAt: '2026-11-26T10:00:03.250Z' })).toEqual({
      title: 'web/pay: attempt 2 in a row failed, CAA_FORBIDS',
      what: "example.com. CAA 0 issue 'digicert.com' forbids letsencrypt.org",
      still: 'the current certificate, until 2027-02-03 09:12Z',
      next: 'it is tried again at 2026-11-26 10:00Z, and then once a day; it will not succeed by itself',
      fix: 'add a CAA record that allows the CA',
      runbook: 'docs/runbook.md#caa_forbids',
    });
  });

  it('says so where nothing is current yet', () => {
    expect(failedNotice({ certificate: 'web/pay', code: 'CA_UNREACHABLE' }).still).toBe(
      'nothing is current yet: readers get no certificate',
    );
  });

  it('of a code of newer code leads to the runbook', () => {
    expect(failedNotice({ certificate: 'web/pay', code: 'NEW_CODE' })).toMatchObject({ fix: 'read the runbook' });
  });
});

describe('the notice of a drift', () => {
  it('says what was done about it, or that nothing was', () => {
    const drift = { certificate: 'web/pay', reason: 'LabelMoved', message: 'AWSCURRENT lies on version 0f3e' };
    expect(driftedNotice({ ...drift, repaired: 'AWSCURRENT was put back' }).next).toBe('AWSCURRENT was put back');
    expect(driftedNotice(drift).next).toBe('nothing, as declared (onDrift); it is looked at again once a day');
  });
});

describe('the notice of a delivery', () => {
  it('names cluster, place and code', () => {
    const target = { certificate: 'web/pay', cluster: 'blue', namespace: 'shop', secret: 'pay-tls' };
    expect(undeliveredNotice({ ...target, code: 'TARGET_DENIED', message: 'AccessDenied' })).toMatchObject({
      title: 'web/pay: not delivered to cluster blue, TARGET_DENIED',
      what: 'shop/pay-tls: AccessDenied',
      runbook: 'docs/runbook.md#target_denied',
    });
  });
});

describe('where a notice leads to', () => {
  const root = new URL('../../../', import.meta.url).pathname;
  const headings = (path: string): string[] =>
    [...readFileSync(`${root}${path}`, 'utf8').matchAll(/^#+ (\S+)$/gm)].map((hit) => hit[1]!.toLowerCase());

  it('is a heading that exists, for every code', () => {
    const lost = Object.keys(CODES).filter((code) => {
      const [path, heading] = failedNotice({ certificate: 'web/pay', code }).runbook.split('#') as [string, string];
      return !headings(path).includes(heading);
    });
    expect(lost).toEqual([]);
  });
});

describe('a plain line', () => {
  it.each([
    ['quotes', 'issue "digicert.com"', "issue 'digicert.com'"],
    ['backslashes', 'C:\\certs\\n', 'C:/certs/n'],
    ['line ends', 'one\r\ntwo\u2028three', 'one two three'],
    ['what cannot be seen, or turns the direction of a text', 'a\u0000b\u202Ec\u200Bd\u001B[31m', 'a b c d [31m'],
    [
      'a mention in a chat',
      '<!channel> read <https://evil.example|this>',
      '(!channel) read (https://evil.example|this)',
    ],
  ])('holds no %s', (_what, text, line) => {
    expect(plainLine(text)).toBe(line);
  });

  it('ends after 800 characters', () => {
    const line = plainLine('ä'.repeat(2000));
    expect([...line]).toHaveLength(800);
    expect(line.endsWith('…')).toBe(true);
  });
});
