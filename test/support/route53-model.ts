// Route53 in memory, as strict as AWS where the emulators are lax: it takes the SDK's commands in place of a client. What
// is accepted is seen in DNS only when the change is INSYNC. It must never know who calls it.
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  InvalidChangeBatch,
  ListHostedZonesByNameCommand,
  NoSuchChange,
  NoSuchHostedZone,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { Clock } from '#core/ports.ts';
import { faultsOf, type StoredSet, setKey } from './route53-rules.ts';

export interface ModelZone {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly sets: Map<string, StoredSet>;
}

interface Pending {
  readonly at: number;
  readonly zone: ModelZone;
  readonly key: string;
  readonly set: StoredSet | undefined;
}

type Input<C> = C extends { input: infer I } ? I : never;

const answered = { $metadata: { httpStatusCode: 400, requestId: 'in-memory' } };
const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');

export class Route53Model {
  readonly zones = new Map<string, ModelZone>();
  /** The actions that were called, in order. */
  readonly calls: string[] = [];
  /** How long an accepted change takes to reach the name servers. */
  insyncAfterMs: number;
  readonly #clock: Clock;
  readonly #settlesAt = new Map<string, number>();
  readonly #pending: Pending[] = [];
  readonly #seen = new Map<ModelZone, Map<string, StoredSet>>();

  constructor(options: { clock: Clock; insyncAfterMs?: number }) {
    this.#clock = options.clock;
    this.insyncAfterMs = options.insyncAfterMs ?? 0;
  }

  /** Itself, where a client is asked for. */
  get client(): Route53Client {
    return this as unknown as Route53Client;
  }

  addZone(zone: { id: string; name: string; isPrivate?: boolean }): void {
    this.zones.set(zone.id, {
      id: zone.id,
      name: plain(zone.name),
      isPrivate: zone.isPrivate ?? false,
      sets: new Map(),
    });
  }

  /** A record set that somebody else made; seen at once. */
  plant(zoneId: string, set: StoredSet): void {
    const zone = this.zones.get(zoneId);
    if (!zone) throw new Error(`no zone ${zoneId}`);
    zone.sets.set(setKey(set), set);
    this.#view(zone).set(setKey(set), set);
  }

  async send(command: unknown): Promise<unknown> {
    const name = (command as object).constructor.name.replace(/Command$/, '');
    this.calls.push(name);
    if (command instanceof ChangeResourceRecordSetsCommand) return this.#change(command.input);
    if (command instanceof GetChangeCommand) return this.#getChange(command.input);
    if (command instanceof GetHostedZoneCommand) return this.#read(this.#zone(command.input.Id));
    if (command instanceof ListHostedZonesByNameCommand) return this.#list(command.input);
    throw new Error(`the in-memory Route53 does not know ${name}`);
  }

  /** TXT values that a resolver gets at the name now: at most eight, as Route53 answers; none where the zone is private. */
  txt(name: string): readonly string[] {
    const now = this.#clock.now().getTime();
    for (const { zone, key, set } of this.#pending.splice(0).filter((one) => this.#isDue(one, now))) {
      if (set) this.#view(zone).set(key, set);
      else this.#view(zone).delete(key);
    }
    const zone = [...this.zones.values()]
      .filter((one) => !one.isPrivate && `.${plain(name)}`.endsWith(`.${one.name}`))
      .sort((a, b) => b.name.length - a.name.length)[0];
    const sets = zone ? [...this.#view(zone).values()] : [];
    const values = sets.filter((set) => set.type === 'TXT' && set.name === plain(name)).flatMap((set) => set.values);
    return values.map((value) => value.replace(/^"|"$/g, '')).slice(0, 8);
  }

  /** What is not due yet goes back to the end, in order. */
  #isDue(one: Pending, now: number): boolean {
    if (one.at <= now) return true;
    this.#pending.push(one);
    return false;
  }

  #view(zone: ModelZone): Map<string, StoredSet> {
    const view = this.#seen.get(zone) ?? new Map<string, StoredSet>();
    this.#seen.set(zone, view);
    return view;
  }

  #change({ HostedZoneId, ChangeBatch }: Input<ChangeResourceRecordSetsCommand>): unknown {
    const zone = this.#zone(HostedZoneId);
    const changes = (ChangeBatch?.Changes ?? []).map(({ Action = 'UPSERT', ResourceRecordSet: set }) => ({
      action: Action,
      set: stored(set),
    }));
    const messages = faultsOf(zone, changes);
    if (messages.length > 0) {
      throw new InvalidChangeBatch({ message: `[${messages.join(', ')}]`, messages: [...messages], ...answered });
    }
    const at = this.#clock.now().getTime() + this.insyncAfterMs;
    for (const { action, set } of changes) {
      const after = action === 'DELETE' ? undefined : set;
      if (after) zone.sets.set(setKey(set), after);
      else zone.sets.delete(setKey(set));
      this.#pending.push({ at, zone, key: setKey(set), set: after });
    }
    const id = `C${String(this.#settlesAt.size + 1).padStart(13, '0')}`;
    this.#settlesAt.set(id, at);
    return { ChangeInfo: { Id: `/change/${id}`, Status: 'PENDING' } };
  }

  #getChange({ Id = '' }: Input<GetChangeCommand>): unknown {
    const at = this.#settlesAt.get(Id.replace('/change/', ''));
    if (at === undefined) throw new NoSuchChange({ message: `Could not find resource with ID: ${Id}`, ...answered });
    return { ChangeInfo: { Id, Status: at <= this.#clock.now().getTime() ? 'INSYNC' : 'PENDING' } };
  }

  #list({ DNSName, MaxItems = 100 }: Input<ListHostedZonesByNameCommand>): unknown {
    const reversed = (name: string): string => plain(name).split('.').reverse().join('.');
    const all = [...this.zones.values()].sort((a, b) => (reversed(a.name) < reversed(b.name) ? -1 : 1));
    const from = all.filter((zone) => DNSName === undefined || reversed(zone.name) >= reversed(DNSName));
    const next = from[Number(MaxItems)];
    return {
      HostedZones: from.slice(0, Number(MaxItems)).map(described),
      IsTruncated: next !== undefined,
      ...(next ? { NextDNSName: `${next.name}.`, NextHostedZoneId: next.id } : {}),
    };
  }

  #read(zone: ModelZone): unknown {
    const delegation = zone.isPrivate ? {} : { DelegationSet: { NameServers: serversOf(zone) } };
    return { HostedZone: described(zone), ...delegation };
  }

  #zone(id = ''): ModelZone {
    const zone = this.zones.get(id.replace('/hostedzone/', ''));
    if (!zone) throw new NoSuchHostedZone({ message: `No hosted zone found with ID: ${id}`, ...answered });
    return zone;
  }
}

/** The name servers of a zone, as AWS names them. */
export const serversOf = ({ id }: { readonly id: string }): readonly string[] =>
  ['com', 'net', 'org', 'co.uk'].map((top, i) => `ns-${i}.${id.toLowerCase()}.awsdns.${top}`);

const described = (zone: ModelZone) => ({
  Id: `/hostedzone/${zone.id}`,
  Name: `${zone.name}.`,
  Config: { PrivateZone: zone.isPrivate },
});

const stored = (set: ResourceRecordSet | undefined): StoredSet => ({
  name: plain(set?.Name ?? ''),
  type: set?.Type ?? '',
  ...(set?.SetIdentifier === undefined ? {} : { setIdentifier: set.SetIdentifier }),
  ttl: set?.TTL ?? 0,
  values: (set?.ResourceRecords ?? []).map(({ Value = '' }) => Value),
});
