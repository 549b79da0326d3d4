// The ledger in memory: stateful, as strict as the table, passing the same contract suite. It must never share an object
// with its caller.
import type { AccountBook } from '#core/acme/ports.ts';
import type { Delivery } from '#core/bridge/model.ts';
import type { Deliveries, DeliveryAims, DeliveryLags } from '#core/bridge/ports.ts';
import type { Circuits, OpenCircuit, Probes } from '#core/failure/ports.ts';
import type { Authorities, CountedRows, Counters, LastSweep, Lives, ShardTotals } from '#core/health/ports.ts';
import { isRepeated } from '#core/health/repeated.ts';
import type { CertificateRow } from '#core/journey/row.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import type { BucketState } from '#core/limits/bucket.ts';
import type { Limits } from '#core/limits/ports.ts';
import type { Dependents } from '#core/own-ca/ports.ts';
import type {
  CatalogueState,
  ClaimedRows,
  DeclaredRows,
  DueRows,
  FleetCounts,
  RowReader,
  TxtBook,
  TxtClaim,
} from '#core/ports.ts';
import type { RenewalMarks } from '#core/renewal/ports.ts';
import type { SweepTurn, WatchedRows } from '#core/sweep/ports.ts';
import type { Histories, Troubles } from '#core/view/ports.ts';
import type { WatchdogMemory } from '#core/watchdog/ports.ts';
import { type Hook, noHook } from './hooks.ts';
import { accountBook, catalogueState, txtBook } from './ledger/books.ts';
import { circuits, limits, sweepTurn } from './ledger/bounds.ts';
import { deliveries, deliveryAims, deliveryLags } from './ledger/deliveries.ts';
import { authorities, lastSweep, lives, watchdogMemory } from './ledger/health.ts';
import { claimedRows, declaredRows, dependents, dueRows, renewalMarks, watchedRows } from './ledger/rows.ts';
import { copy, emptyStore, hookedPort, type LedgerStore } from './ledger/store.ts';
import { countedRows, counters, shardTotals } from './ledger/totals.ts';
import { histories, troubles } from './ledger/views.ts';

/** All ports of the ledger over one state. */
export interface LedgerPorts {
  readonly claimedRows: ClaimedRows;
  readonly dueRows: DueRows;
  readonly watchedRows: WatchedRows;
  readonly declaredRows: DeclaredRows;
  readonly rowReader: RowReader;
  readonly renewalMarks: RenewalMarks;
  readonly dependents: Dependents;
  readonly fleetCounts: FleetCounts;
  readonly catalogueState: CatalogueState;
  readonly txtBook: TxtBook;
  readonly accountBook: AccountBook;
  readonly limits: Limits;
  readonly circuits: Circuits & Probes;
  readonly sweepTurn: SweepTurn;
  readonly deliveryAims: DeliveryAims;
  readonly deliveries: Deliveries;
  readonly deliveryLags: DeliveryLags;
  readonly lives: Lives;
  readonly authorities: Authorities;
  readonly watchdogMemory: WatchdogMemory;
  readonly lastSweep: LastSweep;
  readonly counters: Counters;
  readonly shardTotals: ShardTotals;
  readonly countedRows: CountedRows;
  readonly troubles: Troubles;
  readonly histories: Histories;
}

/** What a test may look at behind the ports. */
export interface FakeLedger extends LedgerPorts {
  row(name: string): CertificateRow | undefined;
  /** The table is gone, and an empty one stands in its place. */
  lose(): void;
  /** Outcome records, by time. */
  history(name: string): readonly OutcomeRecord[];
  txtClaims(): readonly TxtClaim[];
  /** All targets, by certificate, cluster and namespace. */
  targets(): readonly Delivery[];
  bucket(id: string): BucketState;
  openCircuits(): readonly OpenCircuit[];
}

const fleetCounts = (store: LedgerStore): FleetCounts => ({
  failing: async () => [...store.rows.values()].filter(({ failing }) => failing).length,
  failingRepeatedly: async () =>
    [...store.rows.values()].filter(({ failing, row }) => {
      const { failure } = row.progress;
      return failing && failure !== undefined && isRepeated(failure);
    }).length,
});

/** An empty ledger; `hook` hears of each call with the port's name in camel case (`claimedRows`, `txtBook`...). */
export const fakeLedger = ({ hook = noHook }: { hook?: Hook } = {}): FakeLedger => {
  const store = emptyStore();
  return {
    claimedRows: hookedPort(hook, 'claimedRows', claimedRows(store)),
    dueRows: hookedPort(hook, 'dueRows', dueRows(store)),
    watchedRows: hookedPort(hook, 'watchedRows', watchedRows(store)),
    renewalMarks: hookedPort(hook, 'renewalMarks', renewalMarks(store)),
    dependents: hookedPort(hook, 'dependents', dependents(store)),
    declaredRows: hookedPort(hook, 'declaredRows', declaredRows(store)),
    rowReader: hookedPort(hook, 'rowReader', { read: async (name: string) => store.rows.get(name)?.row }),
    fleetCounts: hookedPort(hook, 'fleetCounts', fleetCounts(store)),
    catalogueState: hookedPort(hook, 'catalogueState', catalogueState(store)),
    txtBook: hookedPort(hook, 'txtBook', txtBook(store)),
    accountBook: hookedPort(hook, 'accountBook', accountBook(store)),
    limits: hookedPort(hook, 'limits', limits(store)),
    circuits: hookedPort(hook, 'circuits', circuits(store)),
    sweepTurn: hookedPort(hook, 'sweepTurn', sweepTurn(store)),
    deliveryAims: hookedPort(hook, 'deliveryAims', deliveryAims(store)),
    deliveries: hookedPort(hook, 'deliveries', deliveries(store)),
    deliveryLags: hookedPort(hook, 'deliveryLags', deliveryLags(store)),
    watchdogMemory: hookedPort(hook, 'watchdogMemory', watchdogMemory(store)),
    authorities: hookedPort(hook, 'authorities', authorities(store)),
    lives: hookedPort(hook, 'lives', lives(store)),
    lastSweep: hookedPort(hook, 'lastSweep', lastSweep(store)),
    counters: hookedPort(hook, 'counters', counters(store)),
    shardTotals: hookedPort(hook, 'shardTotals', shardTotals(store)),
    countedRows: hookedPort(hook, 'countedRows', countedRows(store)),
    troubles: hookedPort(hook, 'troubles', troubles(store)),
    histories: hookedPort(hook, 'histories', histories(store)),
    lose: () => void Object.assign(store, emptyStore()),
    row: (name) => copy(store.rows.get(name)?.row),
    history: (name) =>
      copy([...store.history.values()].filter((record) => record.name === name)).sort((a, b) => (a.at < b.at ? -1 : 1)),
    bucket: (id) => copy(store.buckets.get(id) ?? {}),
    targets: () => copy([...store.deliveries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, delivery]) => delivery)),
    openCircuits: () => copy([...store.circuits.values()].flatMap(({ circuit }) => circuit ?? [])),
    txtClaims: () => copy([...store.txt.values()].flatMap((values) => [...values.values()])),
  };
};
