// CAA judged (RFC 8659, with accounturi and validationmethods of RFC 8657): may this CA issue for this name? Pure.
import type { CaaRecord } from './ports.ts';

export interface CaaQuestion {
  /** The relevant record set: of the name, or of the closest ancestor that has one. */
  readonly records: readonly CaaRecord[];
  /** The names by which the CA knows itself: `caaIdentities` of its directory (RFC 8555 section 7.1.1). */
  readonly identities: readonly string[];
  readonly wildcard: boolean;
  readonly accountUrl: string;
}

/** `doubtful`: the record does not name what we are, but the CA may read it otherwise. */
export type CaaJudgement = 'allowed' | { readonly verdict: 'forbidden' | 'doubtful'; readonly why: string };

interface Issuance {
  /** Lower case; empty: nobody. */
  readonly issuer: string;
  /** Parameter tags in lower case; each with all its values. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
}

/** Registered (IANA, CAA Restriction Properties): a CA may know them, so that their critical flag is its own business. */
const REGISTERED = new Set(['issue', 'issuewild', 'iodef', 'contactemail', 'contactphone', 'issuemail', 'issuevmc']);
const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const PARAMETER = /^\s*([a-z0-9][a-z0-9-]*)\s*=\s*([\x21-\x3a\x3c-\x7e]*)\s*$/i;

/** RFC 8659 section 4.2; a value that does not follow the grammar allows nobody. */
const issuanceOf = (value: string): Issuance => {
  const [domain = '', ...rest] = value.split(';');
  const issuer = domain.trim().toLowerCase();
  const parameters = new Map<string, string[]>();
  for (const part of rest) {
    if (part.trim() === '') continue;
    const found = PARAMETER.exec(part);
    if (found === null) return { issuer: '', parameters };
    const tag = found[1]!.toLowerCase();
    parameters.set(tag, [...(parameters.get(tag) ?? []), found[2]!]);
  }
  return { issuer: DOMAIN.test(issuer) ? issuer : '', parameters };
};

const lastSegment = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** RFC 8657 section 3: exactly one URI, compared as it is. The same number under another path may be an older name of the account. */
const accountAllows = ({ parameters }: Issuance, accountUrl: string): 'yes' | 'no' | 'perhaps' => {
  const uris = parameters.get('accounturi');
  if (uris === undefined) return 'yes';
  if (uris.length !== 1) return 'no';
  if (uris[0] === accountUrl) return 'yes';
  return lastSegment(uris[0]!) === lastSegment(accountUrl) ? 'perhaps' : 'no';
};

/** RFC 8657 section 4. */
const methodAllows = ({ parameters }: Issuance): boolean => {
  const methods = parameters.get('validationmethods');
  if (methods === undefined) return true;
  return methods.length === 1 && methods[0]!.split(',').includes('dns-01');
};

const shown = (records: readonly CaaRecord[]): string =>
  records.map(({ critical, tag, value }) => `${critical ? 128 : 0} ${tag} "${value}"`).join(', ');

/** RFC 8659 section 4.3: issuewild alone counts for a wildcard, where there is any. */
const relevant = ({ records, wildcard }: CaaQuestion): readonly CaaRecord[] => {
  const of = (tag: string) => records.filter((record) => record.tag === tag);
  const wild = wildcard ? of('issuewild') : [];
  return wild.length > 0 ? wild : of('issue');
};

/** Why none of the records that name this CA lets us pass. */
const refusal = (ours: readonly Issuance[], { accountUrl }: CaaQuestion): Exclude<CaaJudgement, 'allowed'> => {
  const byMethod = ours.filter(methodAllows);
  if (byMethod.length === 0) return { verdict: 'forbidden', why: 'its validationmethods leave out dns-01' };
  const why = `its accounturi is not our account ${accountUrl}`;
  const perhaps = byMethod.some((one) => accountAllows(one, accountUrl) === 'perhaps');
  return { verdict: perhaps ? 'doubtful' : 'forbidden', why };
};

/** Judges one relevant record set; an empty one allows everybody. */
export const judgeCaa = (question: CaaQuestion): CaaJudgement => {
  const unknown = question.records.find(({ critical, tag }) => critical && !REGISTERED.has(tag));
  if (unknown !== undefined)
    return { verdict: 'forbidden', why: `the critical property ${shown([unknown])} is known to no CA` };
  const records = relevant(question);
  if (records.length === 0) return 'allowed';
  const identities = question.identities.map((identity) => identity.toLowerCase());
  const ours = records.map(({ value }) => issuanceOf(value)).filter(({ issuer }) => identities.includes(issuer));
  if (ours.length === 0)
    return { verdict: 'forbidden', why: `${shown(records)} does not name ${identities.join(' or ')}` };
  const passes = ours.some((one) => methodAllows(one) && accountAllows(one, question.accountUrl) === 'yes');
  if (passes) return 'allowed';
  const { verdict, why } = refusal(ours, question);
  return { verdict, why: `${shown(records)}: ${why}` };
};

/** The name and its ancestors, the closest first, without the root (RFC 8659 section 3). */
export const climb = (name: string): readonly string[] => {
  const labels = name.replace(/^\*\./, '').split('.');
  return labels.map((_, i) => labels.slice(i).join('.'));
};
