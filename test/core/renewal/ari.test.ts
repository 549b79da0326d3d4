// What a CA's renewal information is worth: windows that are no answer, the instant that is chosen, when it is asked again,
// and whose predecessor is named.

import { describe, expect, it } from 'vitest';
import { acmeOf } from '#core/declaration/issuer-types.ts';
import { EvercertError } from '#core/errors.ts';
import type { CertificateRow, CurrentVersion, RenewalInfo } from '#core/journey/row.ts';
import {
  ariAtOf,
  chosenInstant,
  heard,
  infoOf,
  type Polled,
  replacesOf,
  unheard,
  windowFault,
} from '#core/renewal/ari.ts';
import { askedSummary } from '#core/renewal/asked.ts';
import type { RenewalAnswer } from '#core/renewal/ports.ts';
import { declaredCertificate } from '#test/support/declared.ts';

const FIVE_MINUTES = 300_000;
const NOW = new Date('2026-11-25T12:00:00.000Z');
const declared = declaredCertificate({ name: 'default/web' });
const current: CurrentVersion & { certId: string } = {
  versionId: 'v1',
  fingerprint: 'f'.repeat(64),
  serial: '0b',
  certId: 'key.serial',
  notBefore: '2026-11-01T00:00:00.000Z',
  notAfter: '2027-01-30T00:00:00.000Z',
  generation: 1,
  revision: 1,
  asked: askedSummary(declared),
};
const window = (start: string, end: string): RenewalAnswer['window'] => ({
  start: new Date(start),
  end: new Date(end),
});
const answer = (start: string, end: string, more: Partial<RenewalAnswer> = {}): RenewalAnswer => ({
  window: window(start, end),
  retryAfterMs: 6 * 3_600_000,
  ...more,
});
const polled = (more: Partial<Polled> = {}): Polled => ({
  current,
  before: undefined,
  now: NOW,
  sweepPeriodMs: FIVE_MINUTES,
  ...more,
});

describe('a window', () => {
  it.each([
    { what: 'of Let’s Encrypt', start: '2026-12-30T10:00:00Z', end: '2027-01-01T06:00:00Z', fault: undefined },
    {
      what: 'that ends as it starts',
      start: '2026-12-30T10:00:00Z',
      end: '2026-12-30T10:00:00Z',
      fault: 'the window ends before it starts',
    },
    {
      what: 'that is past and ends before it starts',
      start: '2026-11-20T11:00:00Z',
      end: '2026-11-20T10:00:00Z',
      fault: 'the window ends before it starts',
    },
    { what: 'without dates', start: 'soon', end: 'later', fault: 'the window ends before it starts' },
    { what: 'of half the lifetime', start: '2026-12-01T00:00:00Z', end: '2027-01-15T00:00:00Z', fault: undefined },
    {
      what: 'a second wider',
      start: '2026-12-01T00:00:00Z',
      end: '2027-01-15T00:00:01Z',
      fault: 'the window is wider than half the lifetime',
    },
    {
      what: 'that starts before the certificate',
      start: '2026-10-31T23:59:59Z',
      end: '2026-12-01T00:00:00Z',
      fault: 'the window starts before the certificate is valid',
    },
    { what: 'that is past, and wide', start: '2026-01-01T00:00:00Z', end: '2026-11-25T11:59:00Z', fault: undefined },
    {
      what: 'that is past, before the certificate',
      start: '2026-10-01T00:00:00Z',
      end: '2026-10-02T00:00:00Z',
      fault: undefined,
    },
  ])('$what: $fault', ({ start, end, fault }) => {
    expect(windowFault(window(start, end), current, NOW)).toBe(fault);
  });
});

describe('the chosen instant', () => {
  const span = window('2026-12-30T10:00:00Z', '2026-12-30T12:00:00Z');
  const of = (fingerprint: string, of = span) =>
    chosenInstant(of, { fingerprint, sweepPeriodMs: FIVE_MINUTES }).toISOString();

  it('is the same whenever it is asked, and another for another leaf', () => {
    expect(of('a')).toBe('2026-12-30T10:16:21.000Z');
    expect(of('a')).toBe('2026-12-30T10:16:21.000Z');
    expect(of('b')).not.toBe(of('a'));
  });

  it('leaves two sweeps and five minutes at the end, and fills the rest', () => {
    const all = Array.from({ length: 1000 }, (_, i) => of(`leaf ${i}`)).sort();
    expect(all[0]! >= '2026-12-30T10:00:00.000Z' && all[0]! < '2026-12-30T10:02:00.000Z').toBe(true);
    expect(all.at(-1)! <= '2026-12-30T11:45:00.000Z' && all.at(-1)! > '2026-12-30T11:43:00.000Z').toBe(true);
  });

  it('of a window that is too narrow for it is its start', () => {
    expect(of('a', window('2026-12-30T10:00:00Z', '2026-12-30T10:15:00Z'))).toBe('2026-12-30T10:00:00.000Z');
  });
});

describe('an answer', () => {
  const START = '2026-12-30T10:00:00.000Z';
  const END = '2027-01-01T06:00:00.000Z';

  it('is written down with its instant and explanation', () => {
    const said = heard(answer(START, END, { explanationUrl: 'https://ca.example/why' }), polled());
    expect(said).toEqual({
      certId: 'key.serial',
      window: { start: START, end: END },
      explanationUrl: 'https://ca.example/why',
      chosenAt: '2026-12-31T16:04:36.000Z',
      checkedAt: '2026-11-25T12:00:00.000Z',
      pollAt: '2026-11-25T18:00:00.000Z',
    });
  });

  it.each([
    { retryAfterMs: 0, pollAt: '2026-11-25T12:01:00.000Z' },
    { retryAfterMs: 90_000, pollAt: '2026-11-25T12:01:30.000Z' },
    { retryAfterMs: 7 * 86_400_000, pollAt: '2026-11-26T12:00:00.000Z' },
    { retryAfterMs: undefined, pollAt: '2026-11-25T18:00:00.000Z' },
  ])('with Retry-After $retryAfterMs ms is asked for again at $pollAt', ({ retryAfterMs, pollAt }) => {
    const { retryAfterMs: _default, ...plain } = answer(START, END);
    const told = retryAfterMs === undefined ? plain : { ...plain, retryAfterMs };
    expect(heard(told, polled()).pollAt).toBe(pollAt);
  });

  it('that says the same keeps the instant, also when sweeps come at another pace since', () => {
    const before = { ...heard(answer(START, END), polled()), chosenAt: '2026-12-31T00:00:00.000Z' };
    expect(heard(answer(START, END), polled({ before, sweepPeriodMs: 60_000 })).chosenAt).toBe(
      '2026-12-31T00:00:00.000Z',
    );
    expect(heard(answer(START, '2027-01-01T07:00:00Z'), polled({ before })).chosenAt).not.toBe(
      '2026-12-31T00:00:00.000Z',
    );
  });

  it('that is past when it is first told means now; one that went past while it stood does not', () => {
    expect(heard(answer('2026-11-25T11:00:00Z', '2026-11-25T11:30:00Z'), polled()).isPast).toBe(true);
    const start = '2026-11-25T11:00:00.000Z';
    const before = heard(answer(start, '2026-11-25T12:30:00Z'), polled());
    expect(before.isPast).toBeUndefined();
    const later = polled({ before, now: new Date('2026-11-25T13:00:00Z') });
    expect(heard(answer(start, '2026-11-25T12:30:00Z'), later).isPast).toBeUndefined();
    expect(heard(answer('2026-11-25T12:00:00Z', '2026-11-25T12:31:00Z'), later).isPast).toBe(true);
  });

  it.each([
    { leaves: 0, chosenAt: '2026-11-25T12:00:00.000Z' },
    { leaves: 1, chosenAt: '2026-11-25T13:00:00.000Z' },
    { leaves: 3, chosenAt: '2026-11-25T16:00:00.000Z' },
    { leaves: 40, chosenAt: '2026-11-26T12:00:00.000Z' },
  ])('that is past for the leaf and for $leaves before it means $chosenAt', ({ leaves, chosenAt }) => {
    const earlier = { ...heard(answer(START, END), polled()), certId: 'key.older' };
    const predecessor = leaves === 0 ? earlier : { ...earlier, isPast: true as const, pastInARow: leaves };
    const said = heard(answer('2026-11-25T11:00:00Z', '2026-11-25T11:30:00Z'), polled({ predecessor }));
    expect(said).toMatchObject({ isPast: true, pastInARow: leaves + 1, chosenAt });
    const again = polled({ before: said, predecessor: said, now: new Date('2026-11-25T18:00:00Z') });
    expect(heard(answer('2026-11-25T17:00:00Z', '2026-11-25T17:30:00Z'), again).chosenAt).toBe(chosenAt);
  });

  it('that is no answer takes the window away and says why; the next look is after six hours', () => {
    const before = heard(answer(START, END), polled());
    expect(heard(answer(END, START), polled({ before }))).toEqual({
      certId: 'key.serial',
      checkedAt: '2026-11-25T12:00:00.000Z',
      pollAt: '2026-11-25T18:00:00.000Z',
      lastError: 'the window ends before it starts',
    });
  });

  it('of a directory that offers none is asked for again the next day', () => {
    expect(heard('unsupported', polled())).toMatchObject({
      lastError: 'not offered',
      pollAt: '2026-11-26T12:00:00.000Z',
    });
  });
});

describe('a look that failed', () => {
  const before: RenewalInfo = heard(answer('2026-12-30T10:00:00Z', '2027-01-01T06:00:00Z'), polled());

  it.each([
    { told: undefined, pollAt: '2026-11-25T18:00:00.000Z' },
    { told: '2026-11-25T12:00:10.000Z', pollAt: '2026-11-25T12:01:00.000Z' },
    { told: '2026-11-25T13:00:00.000Z', pollAt: '2026-11-25T13:00:00.000Z' },
    { told: '2027-11-25T13:00:00.000Z', pollAt: '2026-11-26T12:00:00.000Z' },
  ])('and named $told is repeated at $pollAt; the window stands', ({ told, pollAt }) => {
    const detail = told === undefined ? {} : { retryAt: new Date(told) };
    const said = unheard(new EvercertError('CA_RATE_LIMITED', 'slow down', { detail }), polled({ before }));
    expect(said).toEqual({ ...before, pollAt, lastError: 'CA_RATE_LIMITED: slow down' });
  });
});

const row = (ari: RenewalInfo | undefined, more: Partial<CertificateRow> = {}): CertificateRow => ({
  schema: 1,
  name: 'default/web',
  uid: 'u1',
  origin: 'declared',
  declared,
  generation: 1,
  run: 1,
  fence: 1,
  progress: { revision: 1, current, ...(ari === undefined ? {} : { ari }) },
  ...more,
});
const known = (start: string, end: string, certId = 'key.serial'): RenewalInfo => ({
  certId,
  window: { start, end },
  chosenAt: start,
  checkedAt: '2026-11-25T06:00:00.000Z',
  pollAt: '2026-11-25T12:30:00.000Z',
});

describe('the CA is asked', () => {
  const other = {
    ...declared,
    issuer: {
      ...declared.issuer,
      type: 'acme' as const,
      acme: { ...acmeOf(declared.issuer), server: 'https://b.example' },
    },
  };
  const asking = (subject: CertificateRow) => ariAtOf(subject, subject.progress, NOW);
  const { certId: _none, ...nameless } = current;

  it.each([
    { when: 'at once after issuance', subject: row(undefined), at: '2026-11-25T12:00:00.000Z' },
    {
      when: 'at once for another leaf than it spoke of',
      subject: row(known('2026-12-30T00:00:00.000Z', '2026-12-31T00:00:00.000Z', 'key.older')),
      at: '2026-11-25T12:00:00.000Z',
    },
    {
      when: 'when it said',
      subject: row(known('2026-12-30T00:00:00.000Z', '2026-12-31T00:00:00.000Z')),
      at: '2026-11-25T12:30:00.000Z',
    },
    { when: 'never once retired', subject: row(undefined, { retiredAt: '2026-11-25T00:00:00.000Z' }), at: undefined },
    { when: 'never before the first issue', subject: row(undefined, { progress: { revision: 0 } }), at: undefined },
    {
      when: 'never of a certificate that has no such name',
      subject: row(undefined, { progress: { revision: 1, current: nameless } }),
      at: undefined,
    },
    {
      when: 'never at another CA than the one that issued',
      subject: row(undefined, { declared: other }),
      at: undefined,
    },
    {
      when: 'never after the end',
      subject: row(undefined, {
        progress: { revision: 1, current: { ...current, notAfter: '2026-11-25T12:00:00.000Z' } },
      }),
      at: undefined,
    },
  ])('$when', ({ subject, at }) => {
    expect(asking(subject)).toBe(at);
  });
});

describe('replaces', () => {
  const others = { ...declared, certificate: { ...declared.certificate, dnsNames: ['other.example.com'] } };
  const other = {
    ...declared,
    issuer: {
      ...declared.issuer,
      type: 'acme' as const,
      acme: { ...acmeOf(declared.issuer), server: 'https://b.example' },
    },
  };
  const inside = known('2026-11-25T11:00:00.000Z', '2026-11-25T13:00:00.000Z');

  it.each([
    { when: 'inside the window', subject: row(inside), certId: 'key.serial' },
    {
      when: 'after it',
      subject: row(known('2026-11-25T10:00:00.000Z', '2026-11-25T11:00:00.000Z')),
      certId: 'key.serial',
    },
    {
      when: 'before it',
      subject: row(known('2026-11-25T12:00:00.001Z', '2026-11-25T13:00:00.000Z')),
      certId: undefined,
    },
    { when: 'without a window', subject: row(undefined), certId: undefined },
    { when: 'with the window of an older leaf', subject: row({ ...inside, certId: 'key.older' }), certId: undefined },
    { when: 'at another CA', subject: row(inside, { declared: other }), certId: undefined },
    { when: 'with no name in common', subject: row(inside, { declared: others }), certId: undefined },
  ])('$when is $certId', ({ subject, certId }) => {
    expect(replacesOf(subject, NOW)).toBe(certId);
  });

  it('goes with what is known of the current leaf alone', () => {
    expect(infoOf(row(inside).progress)).toEqual(inside);
    expect(infoOf(row({ ...inside, certId: 'key.older' }).progress)).toBeUndefined();
  });
});
