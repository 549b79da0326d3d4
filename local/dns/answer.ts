// A question and the zones in memory become an answer. It must never know about sockets, packets on the wire or Route53.
import type { Answer, Question } from 'dns-packet';
import { ancestry, normalName } from './presentation.ts';
import { records } from './records.ts';
import { nodeAt, type RecordSet, type Zone, type ZoneData } from './zone-data.ts';

export interface Reply {
  rcode: 'NOERROR' | 'NXDOMAIN';
  answers: Answer[];
  authorities: Answer[];
}

/** Route53 answers at most eight multivalue records, whichever it picks. */
const MULTIVALUE_LIMIT = 8;
/** Longest chain of CNAMEs that is followed. */
const CHAIN_LIMIT = 16;
/** The root of this small internet: what lies outside every zone does not exist. */
const ROOT_SOA: RecordSet = {
  name: '.',
  type: 'SOA',
  ttl: 5,
  values: ['a.root-servers.invalid. nobody.invalid. 1 7200 900 1209600 5'],
};

/** Answers one question as a resolver would (CNAMEs followed through all zones here); `turn` turns the choice of multivalue records. */
export function answer(data: ZoneData, question: Pick<Question, 'name' | 'type'>, turn: number): Reply {
  const answers: Answer[] = [];
  let name = question.name;
  for (let step = 0; step < CHAIN_LIMIT; step += 1) {
    const zone = data.zoneOf(normalName(name));
    if (!zone) return outside(data, name, answers);
    const cut = delegation(zone, name);
    if (cut) return { rcode: 'NOERROR', answers, authorities: cut };
    const node = nodeAt(zone, normalName(name));
    const found = [...node.types].filter(([type]) => question.type === type || isAny(question.type));
    answers.push(...found.flatMap(([, sets]) => chosen(name, [...sets.values()], turn)));
    const alias = found.length === 0 ? firstValue(node.types.get('CNAME')) : undefined;
    if (alias === undefined) {
      if (found.length > 0) return { rcode: 'NOERROR', answers, authorities: [] };
      return { rcode: node.exists ? 'NOERROR' : 'NXDOMAIN', answers, authorities: soa(zone) };
    }
    answers.push(...chosen(name, [...(node.types.get('CNAME')?.values() ?? [])], turn));
    name = alias.replace(/\.$/, '');
  }
  return { rcode: 'NOERROR', answers, authorities: [] };
}

const isAny = (type: string): boolean => type === 'ANY' || type === '*' || type === 'UNKNOWN_255';

const firstValue = (sets: ReadonlyMap<string, RecordSet> | undefined): string | undefined =>
  sets && [...sets.values()][0]?.values[0];

function outside(data: ZoneData, name: string, answers: Answer[]): Reply {
  const rcode = data.isAboveZone(normalName(name)) ? 'NOERROR' : 'NXDOMAIN';
  return { rcode, answers, authorities: records(ROOT_SOA.name, ROOT_SOA) };
}

/** NS records of a cut between the zone's apex and the name: whoever they name is not here. */
function delegation(zone: Zone, name: string): Answer[] | undefined {
  const path = ancestry(normalName(name));
  for (const parent of path.slice(0, path.indexOf(zone.name))) {
    const sets = zone.nodes.get(parent)?.get('NS');
    if (sets) return [...sets.values()].flatMap((set) => records(parent, set));
  }
  return undefined;
}

const soa = (zone: Zone): Answer[] =>
  [...(zone.nodes.get(zone.name)?.get('SOA')?.values() ?? [])].flatMap((set) => records(zone.name, set));

function chosen(owner: string, sets: readonly RecordSet[], turn: number): Answer[] {
  const all = sets.flatMap((set) => records(owner, set));
  const isMultivalue = sets.some((set) => set.setIdentifier !== undefined);
  if (!isMultivalue || all.length <= MULTIVALUE_LIMIT) return all;
  const start = turn % all.length;
  return [...all.slice(start), ...all.slice(0, start)].slice(0, MULTIVALUE_LIMIT);
}
