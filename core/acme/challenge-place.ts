// Where a challenge's TXT value must stand: the challenge name itself, or the end of its CNAME chain; and in which zone.

import type { SolverSpec } from '../declaration/issuer-model.ts';
import type { DeclaredCertificate } from '../declaration/model.ts';
import { selectSolver } from '../declaration/select-solver.ts';
import { EvercertError } from '../errors.ts';
import { challengeName } from '../names.ts';
import type { DnsLookup, DnsProvider, Log, Zone, ZoneAccess } from '../ports.ts';

export interface PlacePorts {
  readonly dns: DnsProvider;
  readonly lookup: DnsLookup;
  readonly log: Log;
}

export interface Place {
  readonly txtName: string;
  readonly zone: Zone;
}

const MAX_HOPS = 8;

/** How a solver's zones are reached. */
export const accessOf = ({ role, externalId, region }: SolverSpec['route53']): ZoneAccess => ({
  ...(role === undefined ? {} : { role }),
  ...(externalId === undefined ? {} : { externalId }),
  ...(region === undefined ? {} : { region }),
});

const zoneOf = (ports: PlacePorts, name: string, solver: SolverSpec): Promise<Zone | undefined> =>
  ports.dns.zoneFor({
    name,
    access: accessOf(solver.route53),
    ...(solver.route53.hostedZoneId === undefined ? {} : { pinnedZoneId: solver.route53.hostedZoneId }),
  });

/** The chain from a name to its end; DNS_CNAME_LOOP when it loops or is longer than eight. */
const chainFrom = async (lookup: DnsLookup, name: string): Promise<readonly string[]> => {
  const chain = [name];
  for (;;) {
    const target = await lookup.cname(chain.at(-1)!);
    if (target === undefined) return chain;
    if (chain.includes(target) || chain.length > MAX_HOPS)
      throw new EvercertError(
        'DNS_CNAME_LOOP',
        `${name}: the CNAME chain ${[...chain, target].join(' -> ')} does not end`,
        {
          detail: { offenders: [name] },
        },
      );
    chain.push(target);
  }
};

/**
 * `Follow`: the end of the CNAME chain. `None`: the name itself; but a CNAME at exactly that name in our own zone is
 * followed all the same, since no TXT can stand beside it. undefined: no zone of ours covers the place.
 */
export const challengePlace = async (
  ports: PlacePorts,
  dnsName: string,
  solver: SolverSpec,
): Promise<Place | undefined> => {
  const own = challengeName(dnsName);
  if (solver.cnameStrategy === 'Follow') {
    const txtName = (await chainFrom(ports.lookup, own)).at(-1)!;
    const zone = await zoneOf(ports, txtName, solver);
    return zone === undefined ? undefined : { txtName, zone };
  }
  const zone = await zoneOf(ports, own, solver);
  if (zone === undefined) return undefined;
  const txtName = (await chainFrom(ports.lookup, own)).at(-1)!;
  if (txtName === own) return { txtName, zone };
  ports.log.info('a CNAME stands at the challenge name in our zone: followed, although cnameStrategy is None', {
    own,
    txtName,
  });
  const { hostedZoneId: _pinsTheNameItself, ...route53 } = solver.route53;
  const delegated = await zoneOf(ports, txtName, { ...solver, route53 });
  return delegated === undefined ? undefined : { txtName, zone: delegated };
};

/** The place of one declared name (a wildcard with its `*.`), by the solver that its issuer selects for it. */
export const declaredPlace = (
  ports: PlacePorts,
  { issuer, certificate }: Pick<DeclaredCertificate, 'issuer' | 'certificate'>,
  dnsName: string,
): Promise<Place | undefined> => challengePlace(ports, dnsName, selectSolver(issuer, dnsName, certificate.labels));
