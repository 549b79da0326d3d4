// Many of the same, so many at once that the slow ones hold nobody else up.

/** Runs `run` over the items, at most `limit` at once, each as soon as there is room; gives the results in the items' order. */
export const inPool = async <T, R>(
  limit: number,
  items: readonly T[],
  run: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> => {
  const results: PromiseSettledResult<R>[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      [results[at]] = (await Promise.allSettled([run(items[at]!)])) as [PromiseSettledResult<R>];
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
};
