// The gateway's own picture of Route53's zones, and the hand that carries it into the DNS. It must never judge a change.

import { normalName } from '../dns/presentation.ts';
import type { RecordChange, RecordSet, ZoneData } from '../dns/zone-data.ts';
import { type Change, readSet, type SentSet } from './change-batch.ts';
import { setKey } from './judge-batch.ts';
import type { GatewaySettings } from './settings.ts';
import type { Upstream } from './upstream.ts';
import { child, childrenOf, parseXml, textOf, type XmlElement } from './xml.ts';

export interface MirroredZone {
  id: string;
  /** Normal form. */
  name: string;
  isPrivate: boolean;
  sets: Map<string, SentSet>;
}

/** Header pairs that make a call of the gateway's own run in the caller's account. */
export type Credentials = readonly string[];

const API = '/2013-04-01';
const PAGE = 300;

/** Reads zones from the emulator, keeps them, and shows public ones in the DNS. */
export class ZoneMirror {
  readonly #upstream: Upstream;
  readonly #dns: ZoneData;
  readonly #settings: GatewaySettings;
  readonly #zones = new Map<string, MirroredZone>();
  /** By zone: what DNS does not show yet, oldest first. */
  readonly #unseen = new Map<string, { show: () => void; timer: NodeJS.Timeout; atMs: number }[]>();

  constructor(parts: { upstream: Upstream; dns: ZoneData; settings: GatewaySettings }) {
    this.#upstream = parts.upstream;
    this.#dns = parts.dns;
    this.#settings = parts.settings;
  }

  /** The zone, loaded when first seen; undefined where the emulator does not know it. */
  async zone(id: string, as: Credentials): Promise<MirroredZone | undefined> {
    const known = this.#zones.get(id);
    if (known) return known;
    const element = child(await this.#read(`${API}/hostedzone/${id}`, as), 'HostedZone');
    return element && this.#load(element, as);
  }

  /** A zone that is gone, or whose state has become doubtful (`keepDns`: until it is loaded again). */
  forget(id: string, options: { keepDns: boolean }): void {
    this.#zones.delete(id);
    if (!options.keepDns) this.#dns.removeZone(id);
  }

  /** Takes an accepted batch over; DNS shows it after `insyncAfterMs`, in order, and only then `onShown` is called. */
  accept(input: {
    zone: MirroredZone;
    sets: Map<string, SentSet>;
    changes: readonly Change[];
    onShown: () => void;
  }): void {
    const { zone } = input;
    zone.sets = input.sets;
    // Reloaded meanwhile, perhaps from before this change: the next call reads it anew.
    if (this.#zones.get(zone.id) !== zone) this.#zones.delete(zone.id);
    const changes = input.changes.map(
      ({ set }): RecordChange => ({ key: set, set: recordSet(input.sets.get(setKey(set))) }),
    );
    const show = (): void => {
      if (!zone.isPrivate) this.#dns.apply(zone.id, changes);
      input.onShown();
    };
    const waiting = this.#unseen.get(zone.id) ?? [];
    if (this.#settings.insyncAfterMs <= 0 && waiting.length === 0) {
      show();
      return;
    }
    const atMs = Math.max(performance.now() + this.#settings.insyncAfterMs, waiting.at(-1)?.atMs ?? 0);
    const timer = setTimeout(() => this.#showUpTo(zone.id, atMs), Math.max(0, atMs - performance.now()));
    this.#unseen.set(zone.id, [...waiting, { show, timer, atMs }]);
  }

  #showUpTo(id: string, atMs: number): void {
    const waiting = this.#unseen.get(id) ?? [];
    this.#unseen.set(
      id,
      waiting.filter((one) => one.atMs > atMs),
    );
    for (const one of waiting) {
      if (one.atMs > atMs) continue;
      clearTimeout(one.timer);
      one.show();
    }
  }

  /** Everything anew from the emulator, for each of these accounts; what waits for INSYNC is shown at once. */
  async reload(accounts: readonly Credentials[]): Promise<void> {
    for (const id of this.#unseen.keys()) this.#showUpTo(id, Number.POSITIVE_INFINITY);
    this.#zones.clear();
    for (const as of accounts) {
      for await (const element of this.#listZones(as)) await this.#load(element, as);
    }
    for (const id of this.#dns.zoneIds()) if (!this.#zones.has(id)) this.#dns.removeZone(id);
  }

  close(): void {
    for (const waiting of this.#unseen.values()) for (const one of waiting) clearTimeout(one.timer);
    this.#unseen.clear();
  }

  async #load(element: XmlElement, as: Credentials): Promise<MirroredZone> {
    const id = (textOf(element, 'Id') ?? '').replace(/^\/hostedzone\//, '');
    const name = normalName(textOf(element, 'Name') ?? '');
    const isPrivate = textOf(child(element, 'Config'), 'PrivateZone') === 'true';
    const sets = new Map<string, SentSet>();
    for await (const set of this.#listSets(id, as)) sets.set(setKey(set), set);
    const zone: MirroredZone = { id, name, isPrivate, sets };
    this.#zones.set(id, zone);
    if (!isPrivate)
      this.#dns.putZone({ id, name, recordSets: [...sets.values()].flatMap((set) => recordSet(set) ?? []) });
    return zone;
  }

  async *#listZones(as: Credentials): AsyncGenerator<XmlElement> {
    for (let marker: string | undefined = ''; marker !== undefined; ) {
      const page = await this.#read(`${API}/hostedzone?maxitems=100&marker=${encodeURIComponent(marker)}`, as);
      yield* childrenOf(child(page, 'HostedZones'), 'HostedZone');
      marker = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextMarker') : undefined;
    }
  }

  async *#listSets(id: string, as: Credentials): AsyncGenerator<SentSet> {
    for (let start: string | undefined = ''; start !== undefined; ) {
      const page = await this.#read(`${API}/hostedzone/${id}/rrset?maxitems=${PAGE}${start}`, as);
      for (const element of childrenOf(child(page, 'ResourceRecordSets'), 'ResourceRecordSet')) yield readSet(element);
      start = textOf(page, 'IsTruncated') === 'true' ? nextStart(page) : undefined;
    }
  }

  /** The document at a path; undefined for 404. */
  async #read(path: string, as: Credentials): Promise<XmlElement | undefined> {
    const answer = await this.#upstream.exchange({ method: 'GET', path, rawHeaders: as, body: Buffer.alloc(0) });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw new Error(`the emulator answered ${answer.status} to GET ${path}`);
    return parseXml(answer.body.toString('utf8').trim());
  }
}

const nextStart = (page: XmlElement | undefined): string =>
  [
    ['name', textOf(page, 'NextRecordName')],
    ['type', textOf(page, 'NextRecordType')],
    ['identifier', textOf(page, 'NextRecordIdentifier')],
  ]
    .map(([key, value]) => (value ? `&${key}=${encodeURIComponent(value)}` : ''))
    .join('');

/** As the DNS holds it; an alias (an AWS resource) has no data here. */
const recordSet = (set: SentSet | undefined): RecordSet | undefined =>
  set && {
    name: set.name,
    type: set.type,
    ...(set.setIdentifier !== undefined && { setIdentifier: set.setIdentifier }),
    ttl: set.ttl ?? 60,
    values: set.values,
  };
