// The memory of the local DNS: public zones and their record sets. It must never know who filled it or how it is asked.
import { ancestry, isWithin, normalName } from './presentation.ts';

/** One Route53 record set; several of one name and type differ in `setIdentifier` (multivalue answers). Values in presentation form, TTL in seconds. */
export interface RecordSet {
  name: string;
  type: string;
  setIdentifier?: string;
  ttl: number;
  values: readonly string[];
}

/** One step of a change: what stands under the key afterwards (`undefined`: nothing). */
export interface RecordChange {
  key: Pick<RecordSet, 'name' | 'type' | 'setIdentifier'>;
  set: RecordSet | undefined;
}

export interface Zone {
  id: string;
  /** Normal form: lower case, no trailing dot. */
  name: string;
  /** Name -> type -> set identifier -> record set. */
  nodes: Map<string, Map<string, Map<string, RecordSet>>>;
}

/** Zones in memory; every name is compared in normal form. */
export class ZoneData {
  readonly #zones = new Map<string, Zone>();

  /** Puts a zone with all its record sets in place of what stood under its id. */
  putZone(zone: { id: string; name: string; recordSets: readonly RecordSet[] }): void {
    const made: Zone = { id: zone.id, name: normalName(zone.name), nodes: new Map() };
    for (const set of zone.recordSets) place(made, { key: set, set });
    this.#zones.set(zone.id, made);
  }

  removeZone(id: string): void {
    this.#zones.delete(id);
  }

  zoneIds(): string[] {
    return [...this.#zones.keys()];
  }

  /** Applies changes to one zone at once; a zone that is not here (private, or deleted meanwhile) is passed over. */
  apply(id: string, changes: readonly RecordChange[]): void {
    const zone = this.#zones.get(id);
    if (zone) for (const change of changes) place(zone, change);
  }

  /** The zone with the longest name that covers `name` (normal form); of equals the first made. */
  zoneOf(name: string): Zone | undefined {
    let best: Zone | undefined;
    for (const zone of this.#zones.values()) {
      if (isWithin(name, zone.name) && (!best || zone.name.length > best.name.length)) best = zone;
    }
    return best;
  }

  /** True where `name` is an ancestor of a zone: it exists, without data of its own. */
  isAboveZone(name: string): boolean {
    return [...this.#zones.values()].some((zone) => isWithin(zone.name, name));
  }
}

function place(zone: Zone, change: RecordChange): void {
  const name = normalName(change.key.name);
  const types = zone.nodes.get(name) ?? new Map<string, Map<string, RecordSet>>();
  const sets = types.get(change.key.type) ?? new Map<string, RecordSet>();
  const identifier = change.key.setIdentifier ?? '';
  if (change.set) sets.set(identifier, change.set);
  else sets.delete(identifier);
  if (sets.size > 0) types.set(change.key.type, sets);
  else types.delete(change.key.type);
  if (types.size > 0) zone.nodes.set(name, types);
  else zone.nodes.delete(name);
}

/** What a zone holds at a name. `exists` is true for a name that only has names under it (RFC 8020). */
export interface Node {
  exists: boolean;
  types: ReadonlyMap<string, ReadonlyMap<string, RecordSet>>;
}

const NOTHING: ReadonlyMap<string, ReadonlyMap<string, RecordSet>> = new Map();

/** The node at `name` (normal form), or the wildcard that stands for it (RFC 4592 section 3.3.1). */
export function nodeAt(zone: Zone, name: string): Node {
  const own = zone.nodes.get(name);
  if (own) return { exists: true, types: own };
  const hasBelow = (parent: string): boolean => [...zone.nodes.keys()].some((below) => isWithin(below, parent));
  if (name === zone.name || hasBelow(name)) return { exists: true, types: NOTHING };
  const encloser = ancestry(name).find((parent) => parent === zone.name || hasBelow(parent)) ?? zone.name;
  const wildcard = zone.nodes.get(`*.${encloser}`);
  return { exists: wildcard !== undefined, types: wildcard ?? NOTHING };
}
