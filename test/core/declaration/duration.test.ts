// Go's durations: what Kubernetes accepts, in milliseconds.
import { describe, expect, it } from 'vitest';
import { parseGoDuration } from '#core/declaration/duration.ts';

describe("Go's duration syntax", () => {
  it.each([
    ['2160h', 7_776_000_000],
    ['2160h0m0s', 7_776_000_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5h', 1_800_000],
    ['90s', 90_000],
    ['300ms', 300],
    ['0', 0],
    ['-1h', -3_600_000],
    ['+1h', 3_600_000],
    ['90d', undefined],
    ['1h 30m', undefined],
    ['2160', undefined],
    ['', undefined],
    ['h', undefined],
    ['1H', undefined],
    ['P90D', undefined],
    ['99999999999h', undefined],
  ])('%j is %s ms', (text, ms) => {
    expect(parseGoDuration(text)).toBe(ms);
  });
});
