// A sparse index in memory, sorted as DynamoDB sorts it: a query touches what it finds, and nothing else. It must never
// copy an item.
import type { Item } from '#adapters/dynamodb/table.ts';

export interface IndexKeys {
  readonly partition: string;
  readonly sort: string;
}

/** The first place in `items` whose sort key is greater. */
const placeAfter = (items: readonly Item[], keys: IndexKeys, sort: string): number => {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]![keys.sort] as string) <= sort) low = middle + 1;
    else high = middle;
  }
  return low;
};

export class SortedIndex {
  readonly #keys: IndexKeys;
  readonly #partitions = new Map<string, Item[]>();

  /** Items without one of the two keys are not in it. */
  constructor(keys: IndexKeys, items: Iterable<Item>) {
    this.#keys = keys;
    for (const item of items) this.#partition(item)?.push(item);
    const at = (item: Item): string => item[keys.sort] as string;
    for (const partition of this.#partitions.values()) partition.sort((a, b) => (at(a) < at(b) ? -1 : 1));
  }

  #partition(item: Item): Item[] | undefined {
    const { partition, sort } = this.#keys;
    if (item[partition] === undefined || item[sort] === undefined) return undefined;
    const key = item[partition] as string;
    const found = this.#partitions.get(key) ?? [];
    this.#partitions.set(key, found);
    return found;
  }

  /** Items of a partition, in order; up to and with `last` where it is given. */
  find(partition: string, last?: string): readonly Item[] {
    const items = this.#partitions.get(partition) ?? [];
    return last === undefined ? [...items] : items.slice(0, placeAfter(items, this.#keys, last));
  }

  /** The first item of a partition beyond `last`. */
  after(partition: string, last: string): Item | undefined {
    const items = this.#partitions.get(partition) ?? [];
    return items[placeAfter(items, this.#keys, last)];
  }

  /** Puts `after` in the place of `before`; undefined: there was none. */
  replace(before: Item | undefined, after: Item): void {
    if (before !== undefined) this.#remove(before);
    const items = this.#partition(after);
    items?.splice(placeAfter(items, this.#keys, after[this.#keys.sort] as string), 0, after);
  }

  #remove(item: Item): void {
    const items = this.#partition(item);
    const at = items?.indexOf(item) ?? -1;
    if (at >= 0) items!.splice(at, 1);
  }
}
