// The checks of one name before an order is spent, each with its questions and its finding. Few questions: what names
// share (ancestors, zones) is remembered below. It must never write.
import { asEvercertError } from '../errors.ts';
import type { Zone } from '../ports.ts';
import { climb, judgeCaa } from './caa.ts';
import { areOthers, delegationOf } from './delegation.ts';
import { type Finding, hard, soft } from './finding.ts';
import type { PublicDns, ZoneFacts } from './ports.ts';

/** What a CA writes into TXT: base64url of a SHA-256 (RFC 8555 section 8.4). */
const CHALLENGE_VALUE = /^[\w-]{43}$/;

const failed = (name: string, what: string, why: string): Finding =>
  soft('DNS_LOOKUP_FAILED', name, `${what} could not be looked up (${why}): a CA that sees the same refuses`);

/** The closest ancestor with CAA records decides (RFC 8659 section 3); a CA without identities is not asked about. */
export const checkCaa = async (
  dns: PublicDns,
  asked: { readonly name: string; readonly identities: readonly string[]; readonly accountUrl: string },
): Promise<Finding | undefined> => {
  const { name, identities, accountUrl } = asked;
  if (identities.length === 0) return undefined;
  for (const ancestor of climb(name)) {
    const answer = await dns.caa(ancestor);
    if (answer.kind === 'failed') return failed(name, `CAA of ${ancestor}`, answer.why);
    if (answer.kind !== 'records') continue;
    const judged = judgeCaa({ records: answer.records, identities, accountUrl, wildcard: name.startsWith('*.') });
    if (judged === 'allowed') return undefined;
    const message = `${name}: CAA of ${ancestor} does not allow this CA: ${judged.why}`;
    return judged.verdict === 'forbidden' ? hard('CAA_FORBIDS', name, message) : soft('CAA_FORBIDS', name, message);
  }
  return undefined;
};

const addressesOf = async (dns: PublicDns, servers: readonly string[]): Promise<readonly string[] | undefined> => {
  const answers = await Promise.all(servers.slice(0, 6).map((name) => dns.hosts({ name, type: 'A' })));
  // One server that is not known may be the one that both sides share.
  if (answers.some(({ kind }) => kind !== 'records')) return undefined;
  return answers.flatMap((answer) => (answer.kind === 'records' ? answer.records : []));
};

/** The zone's servers as the world is told, against those that Route53 gave it. */
export const checkDelegation = async (
  ports: { readonly dns: PublicDns; readonly zones: ZoneFacts },
  { name, zone }: { readonly name: string; readonly zone: Zone },
): Promise<Finding | undefined> => {
  const [facts] = await Promise.allSettled([ports.zones.servers(zone)]);
  if (facts.status === 'rejected') {
    const error = asEvercertError(facts.reason);
    return soft(error.code, name, `the name servers of ${zone.name} could not be compared: ${error.message}`);
  }
  const ours = facts.value ?? [];
  if (ours.length === 0) return undefined;
  const seen = await ports.dns.hosts({ name: zone.name, type: 'NS' });
  if (seen.kind === 'failed') return failed(name, `NS of ${zone.name}`, seen.why);
  const where = `the zone ${zone.name} (${zone.id}, ${ours.join(', ')})`;
  if (seen.kind === 'absent')
    return hard('DNS_NOT_DELEGATED', name, `${name}: the public DNS does not know ${zone.name}, so not ${where}`);
  if (seen.kind === 'none')
    return soft('DNS_NOT_DELEGATED', name, `${name}: the public DNS has no NS records at ${zone.name} for ${where}`);
  const delegation = delegationOf(seen, ours);
  if (delegation === 'ours' || delegation === 'unknown') return undefined;
  const told = `${name}: the world is sent to ${seen.records.join(', ')} for ${zone.name}`;
  if (delegation === 'partly ours')
    return soft(
      'DNS_NOT_DELEGATED',
      name,
      `${told}, of which not all serve ${where}: some CA's look will miss our TXT`,
    );
  const [theirs, own] = await Promise.all([addressesOf(ports.dns, seen.records), addressesOf(ports.dns, ours)]);
  const message = `${told}, not to ${where}`;
  if (theirs !== undefined && own !== undefined && areOthers(theirs, own))
    return hard('DNS_NOT_DELEGATED', name, message);
  const shared = theirs !== undefined && own !== undefined;
  return shared ? undefined : soft('DNS_NOT_DELEGATED', name, message);
};

/** A TXT that no CA has asked for: if it is a plain record set of ours, Route53 takes none of ours beside it. */
export const checkTxt = async (
  dns: PublicDns,
  { name, txtName }: { readonly name: string; readonly txtName: string },
): Promise<Finding | undefined> => {
  const answer = await dns.txt(txtName);
  if (answer.kind === 'failed') return failed(name, `TXT of ${txtName}`, answer.why);
  const other = answer.kind === 'records' ? answer.records.find((value) => !CHALLENGE_VALUE.test(value)) : undefined;
  if (other === undefined) return undefined;
  const words = `a TXT record that is no challenge stands at ${txtName}: "${other.slice(0, 60)}"`;
  return soft('DNS_TXT_CONFLICT', name, `${words}; a plain one there makes Route53 refuse ours`);
};
