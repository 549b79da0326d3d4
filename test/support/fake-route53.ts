// The DNS provider on a Route53 in memory, with fault hooks: the real adapter over a strict model of AWS. Changes reach
// `txt` only when INSYNC. It must never be imported by what is deployed.
import { route53Dns } from '#adapters/route53/dns-provider.ts';
import { route53ZoneFacts } from '#adapters/route53/zone-facts.ts';
import type { Clock, DnsProvider } from '#core/ports.ts';
import type { ZoneFacts } from '#core/preflight/ports.ts';
import { type Hook, hooked, noHook } from './hooks.ts';
import { Route53Model, serversOf } from './route53-model.ts';

export interface FakeZone {
  readonly id: string;
  readonly name: string;
  readonly isPrivate?: boolean;
}

export class FakeRoute53 {
  /** Zones and record sets as they are; tests may look and edit. */
  readonly model: Route53Model;
  readonly provider: DnsProvider;
  readonly facts: ZoneFacts;

  constructor(options: { clock: Clock; zones: readonly FakeZone[]; insyncAfterMs?: number; hook?: Hook }) {
    const hook = options.hook ?? noHook;
    this.model = new Route53Model(options);
    for (const zone of options.zones) this.model.addZone(zone);
    const access = {
      clientFor: async () => this.model.client,
      timer: { sleep: async () => undefined },
      random: () => 0.5,
    };
    const facts = route53ZoneFacts(access);
    const told = (method: string) => ({ port: 'ZoneFacts', method });
    this.facts = {
      servers: (zone) => hooked(hook, told('servers'), () => facts.servers(zone)),
      privateZone: (request) => hooked(hook, told('privateZone'), () => facts.privateZone(request)),
    };
    const real = route53Dns({
      ...access,
      clock: options.clock,
      zones: [],
      validationZones: [],
    });
    const call = (method: string) => ({ port: 'DnsProvider', method });
    this.provider = {
      zoneFor: (request) => hooked(hook, call('zoneFor'), () => real.zoneFor(request)),
      change: (request) => hooked(hook, call('change'), () => real.change(request)),
      isSettled: (request) => hooked(hook, call('isSettled'), () => real.isSettled(request)),
    };
  }

  /** The NS records that a resolver gets at the apex of a public zone. */
  ns(name: string): readonly string[] {
    const zone = [...this.model.zones.values()].find((one) => one.name === name && !one.isPrivate);
    return zone === undefined ? [] : serversOf(zone);
  }

  /** What a resolver gets now: at most eight values. */
  txt(name: string): readonly string[] {
    return this.model.txt(name);
  }

  /** Every TXT value that stands in any zone, settled or not, as `name value`, sorted: what a clean-up has left. */
  standing(): readonly string[] {
    return [...this.model.zones.values()]
      .flatMap((zone) => [...zone.sets.values()])
      .filter(({ type }) => type === 'TXT')
      .flatMap(({ name, values }) => values.map((value) => `${name} ${value.replace(/^"|"$/g, '')}`))
      .sort();
  }

  /** A plain TXT record that somebody else made. */
  plantPlainTxt(zoneId: string, name: string, value: string): void {
    this.model.plant(zoneId, { name, type: 'TXT', ttl: 300, values: [`"${value}"`] });
  }
}
