// Many of the same, a few at a time: whoever is asked counts requests. Pure but for what it is given to run.

/** Runs `run` over the items, at most `limit` at once; gives the results in the items' order. Throws the first error of a group. */
export const atOnce = async <T, R>(limit: number, items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += limit)
    results.push(...(await Promise.all(items.slice(i, i + limit).map(run))));
  return results;
};
