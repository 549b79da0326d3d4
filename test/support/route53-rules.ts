// What Route53 refuses in a change batch, with its wordings (seen in cert-manager #5388, terraform #9732, external-dns
// #5939). Pure; it must never apply anything.
export interface StoredSet {
  /** Lower case, no trailing dot. */
  readonly name: string;
  readonly type: string;
  readonly setIdentifier?: string;
  readonly ttl: number;
  /** In presentation form: TXT values in quotation marks. */
  readonly values: readonly string[];
}

export interface SetChange {
  readonly action: string;
  readonly set: StoredSet;
}

export const setKey = (set: Pick<StoredSet, 'name' | 'type' | 'setIdentifier'>): string =>
  JSON.stringify([set.name, set.type, set.setIdentifier ?? '']);

/** Empty when the whole batch would be accepted. */
export const faultsOf = (
  zone: { readonly name: string; readonly sets: ReadonlyMap<string, StoredSet> },
  changes: readonly SetChange[],
): readonly string[] => [...limitFaults(changes), ...changes.flatMap((change) => setFaults(zone, change))];

const limitFaults = (changes: readonly SetChange[]): readonly string[] => {
  const sum = (measure: (set: StoredSet) => number): number =>
    changes.reduce((total, { action, set }) => total + measure(set) * (action === 'UPSERT' ? 2 : 1), 0);
  const keys = changes.map(({ set }) => setKey(set));
  return [
    ...(sum((set) => set.values.length) > 1_000 ? ['Number of records limit of 1000 exceeded.'] : []),
    ...(sum((set) => set.values.join('').length) > 32_000 ? ['RDATA character limit of 32000 exceeded.'] : []),
    ...(new Set(keys).size < keys.length ? ['The request contains an invalid set of changes'] : []),
  ];
};

const setFaults = (
  zone: { readonly name: string; readonly sets: ReadonlyMap<string, StoredSet> },
  { action, set }: SetChange,
): readonly string[] => {
  if (!`.${set.name}`.endsWith(`.${zone.name}`)) {
    return [`RRSet with DNS name ${set.name}. is not permitted in zone ${zone.name}.`];
  }
  const label = `resource record set [name='${set.name}.', type='${set.type}', set-identifier='${set.setIdentifier ?? ''}']`;
  const current = zone.sets.get(setKey(set));
  if (action === 'DELETE') {
    if (!current) return [`Tried to delete ${label} but it was not found`];
    const isSame = current.ttl === set.ttl && current.values.join() === set.values.join();
    return isSame ? [] : [`Tried to delete ${label} but the values provided do not match the current values`];
  }
  if (set.type === 'TXT' && set.values.some((value) => !/^"(?:[^"\\]|\\.)*"$/.test(value))) {
    const words = 'InvalidCharacterString (Value should be enclosed in quotation marks)';
    return [`Invalid Resource Record: 'FATAL problem: ${words} encountered with '${set.values[0]}''`];
  }
  const beside = [...zone.sets.values()].filter((one) => one.name === set.name && setKey(one) !== setKey(set));
  if (beside.some(({ type }) => type === 'CNAME')) {
    const why = 'a conflicting RRSet of type CNAME with the same DNS name already exists';
    return [
      `RRSet of type ${set.type} with DNS name ${set.name}. is not permitted because ${why} in zone ${zone.name}.`,
    ];
  }
  if (beside.some(({ type, setIdentifier }) => type === set.type && setIdentifier === undefined)) {
    const why = 'cannot be created because a non multivalue answer rrset exists with the same name and type.';
    return [`RRSet with DNS name ${set.name}., type ${set.type}, SetIdentifier "${set.setIdentifier}" ${why}`];
  }
  return [];
};
