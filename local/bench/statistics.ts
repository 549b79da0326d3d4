// Medians and percentiles of what was measured. Pure: it must never know what the numbers are of.

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The smallest value that at least `share` (0 to 1) of all values do not exceed (nearest rank); NaN of nothing. */
export const percentile = (values: readonly number[], share: number): number => {
  const rank = Math.max(1, Math.ceil(share * values.length));
  return ascending(values)[rank - 1] ?? Number.NaN;
};

/** The middle value, the mean of the two middle ones of an even number; NaN of nothing. */
export const median = (values: readonly number[]): number => {
  const sorted = ascending(values);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? low : (low + sorted[middle]!) / 2;
};

/** To so many decimals, for people and JSON. */
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
