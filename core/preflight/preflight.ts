// Before an order is spent: most failures are DNS, and can be seen beforehand. What would surely fail stops here, with
// its code and fix; all else is said and goes on. Pre-flight that cannot look stops nothing.

import { accessOf, declaredPlace, type Place, type PlacePorts } from '../acme/challenge-place.ts';
import { atOnce } from '../at-once.ts';
import type { DeclaredCertificate } from '../declaration/model.ts';
import { selectSolver } from '../declaration/select-solver.ts';
import { asEvercertError, EvercertError } from '../errors.ts';
import { challengeName } from '../names.ts';
import { checkCaa, checkDelegation, checkTxt } from './checks.ts';
import { type Finding, hard, soft, warningText } from './finding.ts';
import type { Preflight, PreflightRequest, PublicDns, ZoneFacts } from './ports.ts';

export interface PreflightPorts extends PlacePorts {
  readonly publicDns: PublicDns;
  readonly zoneFacts: ZoneFacts;
}

const AT_ONCE = 5;

/** A place that cannot be found will not be found after the order either; one that could not be looked for may. */
const SURE = new Set(['DNS_CNAME_LOOP', 'DNS_DENIED', 'DNS_NO_ZONE']);

const noZone = async (ports: PreflightPorts, name: string, declared: DeclaredCertificate): Promise<Finding> => {
  const own = challengeName(name);
  const solver = selectSolver(declared.issuer, name, declared.certificate.labels);
  const [target, hidden] = await Promise.allSettled([
    ports.lookup.cname(own),
    ports.zoneFacts.privateZone({ name: own, access: accessOf(solver.route53) }),
  ]);
  const alias = target.status === 'fulfilled' && target.value !== undefined ? `, nor ${target.value}, its alias` : '';
  const isPrivate = hidden.status === 'fulfilled' && hidden.value !== undefined;
  const only = isPrivate ? `; only the private zone ${hidden.value} does, which no CA can see` : '';
  return hard('DNS_NO_ZONE', name, `no public hosted zone of ours covers ${own}${alias}${only}`);
};

const placeOf = async (
  ports: PreflightPorts,
  name: string,
  declared: DeclaredCertificate,
): Promise<Place | Finding | undefined> => {
  const [found] = await Promise.allSettled([declaredPlace(ports, declared, name)]);
  if (found.status === 'fulfilled') return found.value ?? noZone(ports, name, declared);
  const error = asEvercertError(found.reason);
  const { zoneId } = error.detail;
  const finding = SURE.has(error.code) ? hard(error.code, name, error.message) : soft(error.code, name, error.message);
  return { ...finding, ...(zoneId === undefined ? {} : { zoneId }) };
};

const findingsOf = async (ports: PreflightPorts, request: PreflightRequest, name: string): Promise<Finding[]> => {
  const { declared, accountUrl, identities } = request;
  const caa = checkCaa(ports.publicDns, { name, identities, accountUrl });
  const place = await placeOf(ports, name, declared);
  if (place === undefined || 'code' in place) return [place, await caa].filter((one) => one !== undefined);
  const { zone, txtName } = place;
  const found = await Promise.all([
    checkDelegation({ dns: ports.publicDns, zones: ports.zoneFacts }, { name, zone }),
    checkTxt(ports.publicDns, { name, txtName }),
    caa,
  ]);
  return found.filter((one) => one !== undefined);
};

/** All hard findings of one code in one error: a person mends them together. */
const refusalOf = (findings: readonly Finding[]): EvercertError | undefined => {
  const first = findings.find((finding) => finding.hard);
  if (first === undefined) return undefined;
  const alike = findings.filter((finding) => finding.hard && finding.code === first.code);
  const message = `${[...new Set(alike.map((one) => one.message))].join('; ')} (seen before an order was opened)`;
  const { zoneId } = first;
  return new EvercertError(first.code, message, {
    detail: {
      beforeOrder: true,
      offenders: [...new Set(alike.map(({ name }) => name))],
      ...(zoneId === undefined ? {} : { zoneId }),
    },
  });
};

export const preflight =
  (ports: PreflightPorts): Preflight =>
  async (request) => {
    const { dnsNames } = request.declared.certificate;
    const all = (await atOnce(AT_ONCE, dnsNames, (name) => findingsOf(ports, request, name))).flat();
    const refusal = refusalOf(all);
    if (refusal !== undefined) throw refusal;
    const warnings = [...new Set(all.map(warningText))];
    if (warnings.length > 0)
      ports.log.warn('pre-flight warns', {
        certificate: request.declared.name,
        warnings,
        codes: all.map(({ code }) => code),
      });
    return warnings;
  };

/** The setting `preflight: off`. */
export const noPreflight: Preflight = async () => [];
