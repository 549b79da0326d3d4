// The health ports of the fake ledger, as strict as the real ones. They must never look at a clock: instants are passed in.
import { issuerText } from '#core/declaration/issuer-types.ts';
import { thresholdsOf } from '#core/health/life.ts';
import type { Authorities, DatedLife, LastSweep, Lives } from '#core/health/ports.ts';
import { lifeOf } from '#core/health/row-life.ts';
import { instant } from '#core/ledger-format.ts';
import type { WatchdogMemory } from '#core/watchdog/ports.ts';
import { copy, type LedgerStore, type StoredRow } from './store.ts';

const datedLife = ({ row, living, told }: StoredRow): readonly DatedLife[] => {
  const life = lifeOf(row);
  if (life === undefined || !living) return [];
  const { name, uid, declared } = row;
  const { versionId } = row.progress.current!;
  const renewAt = instant(thresholdsOf(life).renewAt);
  return [{ ...life, name, uid, renewAt, versionId, issuer: issuerText(declared.issuer), ...(told && { told }) }];
};

export const lives = (store: LedgerStore): Lives => ({
  dueBefore: async ({ until, limit }) => {
    const all = [...store.rows.values()].flatMap(datedLife).sort((a, b) => (a.renewAt < b.renewAt ? -1 : 1));
    const due = all.filter(({ renewAt }) => renewAt <= instant(until));
    const [next] = all;
    return copy(due.length > 0 || next === undefined ? { lives: due.slice(0, limit) } : { lives: [], next });
  },
  tell: async ({ life: { name, uid, versionId }, lateness }) => {
    const stored = store.rows.get(name);
    if (stored?.row.uid !== uid || stored.row.progress.current?.versionId !== versionId) return;
    stored.told = { versionId, lateness };
  },
});

export const authorities = (store: LedgerStore): Authorities => ({
  saw: async (authority) => void store.authorities.set(authority.issuer, copy(authority)),
  all: async () => [...store.authorities.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => copy(one)),
});

export const watchdogMemory = (store: LedgerStore): WatchdogMemory => ({
  read: async () => copy(store.watchdog),
  write: async (state) => {
    store.watchdog = copy(state);
  },
});

export const lastSweep = (store: LedgerStore): LastSweep => ({
  read: async () => copy(store.lastSweep),
  write: async (record) => {
    if (store.lastSweep === undefined || store.lastSweep.completedAt <= record.completedAt)
      store.lastSweep = copy(record);
  },
});
