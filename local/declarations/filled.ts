// Small words of writing objects: what is empty is left out. It must never know what is written.

/** Undefined where no key has a value. */
export const filled = <T extends object>(value: T): T | undefined =>
  Object.values(value).every((one) => one === undefined) ? undefined : value;

export const someOf = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

/** Without keys whose value is undefined, at every depth. */
export const pruned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(pruned);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(kept.map(([key, one]) => [key, pruned(one)]));
};
