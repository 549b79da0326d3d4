// One TXT name with its live values, as an item, and which claims it still has room for. Pure: it must never write.
import { MAX_TXT_VALUES, txtKey } from '#core/ledger-format.ts';
import type { TxtClaim, Zone } from '#core/ports.ts';
import type { Item } from './table.ts';

/** Who holds a value, since when, and how its zone is reached (two solvers may reach one zone by two roles). */
export interface TxtEntry {
  readonly holder: string;
  readonly since: string;
  readonly zone: Zone;
}

/** `values` of an item: value -> entry. */
export type TxtValues = Readonly<Record<string, TxtEntry>>;

export const valuesOf = (item: Item | undefined): TxtValues => (item?.values ?? {}) as TxtValues;

export const entryOf = ({ holder, since, zone }: TxtClaim): TxtEntry => ({ holder, since, zone });

/** Claims by the item that they belong to. */
export const byName = (claims: readonly TxtClaim[]): readonly (readonly TxtClaim[])[] => [
  ...Map.groupBy(claims, ({ zone, name }) => txtKey(zone.id, name).sk).values(),
];

export interface Room {
  /** In the item already, under the same holder. */
  readonly mine: readonly TxtClaim[];
  /** New, and fitting in. */
  readonly fresh: readonly TxtClaim[];
  /** No room, or the value is held by somebody else, whose clean-up would take the record away. */
  readonly full: readonly TxtClaim[];
}

/** Judges the claims of one name in their order, against the values that are there. */
export const roomFor = (claims: readonly TxtClaim[], values: TxtValues): Room => {
  const mine = claims.filter(({ value, holder }) => values[value]?.holder === holder);
  const distinct = [...new Map(claims.map((claim) => [claim.value, claim])).values()];
  const fresh = distinct
    .filter(({ value }) => values[value] === undefined)
    .slice(0, Math.max(0, MAX_TXT_VALUES - Object.keys(values).length));
  const admitted = new Set([...mine, ...fresh].map(({ value }) => value));
  return { mine, fresh, full: claims.filter(({ value }) => !admitted.has(value)) };
};
