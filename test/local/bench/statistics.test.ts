// The benchmark's numbers, on numbers that anybody can check by hand.
import { describe, expect, it } from 'vitest';
import { median, percentile, rounded } from '#local/bench/statistics.ts';

describe('the median', () => {
  it('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is the mean of the two middle values of an even number', () => {
    expect(median([4, 1, 10, 2])).toBe(3);
  });

  it('of one value is that value, and of none is no number', () => {
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });

  it('leaves its input as it was', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('the 95th percentile', () => {
  it('of a hundred values is the 95th of them', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, 0.95)).toBe(95);
  });

  it('of twenty values is the 19th, of five the highest', () => {
    expect(percentile([...Array(20).keys()], 0.95)).toBe(18);
    expect(percentile([50, 10, 40, 20, 30], 0.95)).toBe(50);
  });

  it('compares as numbers, not as texts', () => {
    expect(percentile([9, 10, 100], 0.5)).toBe(10);
  });
});

describe('rounding', () => {
  it('keeps so many decimals', () => {
    expect(rounded(20.618_4, 2)).toBe(20.62);
    expect(rounded(7, 2)).toBe(7);
  });
});
