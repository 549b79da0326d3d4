// What ails more than one certificate: what is counted, by whose lifetime, and that a look that fails stops nothing.
import { describe, expect, it } from 'vitest';
import { endingSoon } from '#core/health/authority.ts';
import { isRepeated } from '#core/health/repeated.ts';
import { lookAtTroubles } from '#core/health/troubles.ts';

const now = new Date('2026-11-25T12:00:00.000Z');
const ca = (notBefore: string | undefined, notAfter: string) => ({
  id: 'arn:ca',
  issuer: 'AWSPCAIssuer/web/ca',
  notAfter,
  ...(notBefore === undefined ? {} : { notBefore }),
});

describe('a CA ends soon', () => {
  it.each([
    ['ten years, two left', '2018-11-25T00:00:00.000Z', '2028-11-25T00:00:00.000Z', 0],
    ['ten years, eighteen months left', '2018-05-25T00:00:00.000Z', '2028-05-25T00:00:00.000Z', 1],
    ['one year, three months left', '2026-02-25T00:00:00.000Z', '2027-02-25T00:00:00.000Z', 0],
    ['one year, a month left', '2025-12-25T00:00:00.000Z', '2026-12-25T00:00:00.000Z', 1],
    ['nobody has said when it began, a month left', undefined, '2026-12-25T00:00:00.000Z', 1],
    ['it has ended', '2025-11-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z', 1],
  ])('%s', (_, notBefore, notAfter, count) => {
    expect(endingSoon([ca(notBefore, notAfter)], { now, managed: undefined })).toHaveLength(count);
  });

  it('with its dependents; one that signs nothing any more is forgotten', () => {
    const all = [ca(undefined, '2026-12-25T00:00:00.000Z')];
    expect(endingSoon(all, { now, managed: { 'AWSPCAIssuer/web/ca': 7 } })).toEqual([{ ...all[0], dependents: 7 }]);
    expect(endingSoon(all, { now, managed: {} })).toEqual([]);
  });
});

describe('a failure is for a person', () => {
  it.each([
    ['the second of a kind that passes', { class: 'step', count: 2 }, false],
    ['the third', { class: 'step', count: 3 }, true],
    ['the first that only a person can mend', { class: 'human', count: 1 }, true],
  ] as const)('%s', (_, failure, expected) => {
    expect(isRepeated(failure)).toBe(expected);
  });
});

it('what cannot be looked at is left out and said; nothing is thrown, and nothing is asked of a fleet that does not fail', async () => {
  const lines: string[] = [];
  const refuse = () => Promise.reject(new Error('out'));
  const log = { info: () => {}, warn: (words: string) => void lines.push(words), error: () => {} };
  const ports = {
    clock: { now: () => now },
    log,
    counts: { failing: refuse, failingRepeatedly: refuse },
    circuits: { look: refuse },
    authorities: { all: async () => [ca(undefined, '2026-12-25T00:00:00.000Z')] },
  };
  expect(await lookAtTroubles(ports, { failing: 0, figures: undefined })).toEqual({
    failingRepeatedly: 0,
    authoritiesEnding: 1,
  });
  expect(lines).toEqual(['a CA ends soon', 'a figure of the alarms is not known']);
});
