// The DNS names and the common name of one certificate together: normalised, counted, compared. It must never know issuers
// by name, only whether the issuer is an ACME CA and whether the public web trusts it.
import { type Authority, isAcme } from './authority.ts';
import { hasPublicTopLevel, normalizeDnsName, publicNameRefusal } from './dns-name.ts';
import type { Path } from './nodes.ts';
import type { Finding } from './problem.ts';

/** Let's Encrypt's limit, which other ACME CAs share; its short-lived profiles allow 25. */
const MAX_NAMES = 100;
const MAX_COMMON_NAME = 64;

export interface WrittenNames {
  readonly commonName: string | undefined;
  readonly dnsNames: readonly (string | undefined)[] | undefined;
  /** The common name inside the literal subject. */
  readonly commonNameInside: string | undefined;
  /** Names of another type are declared. */
  readonly otherNames: boolean;
}

const isPublicCa = ({ type }: Authority): boolean => type === 'publicAcme';

interface Names {
  readonly commonName: string | undefined;
  readonly dnsNames: readonly string[];
  readonly findings: readonly Finding[];
}

const acceptName = (findings: Finding[], written: string, path: Path, authority: Authority): string | undefined => {
  const answer = normalizeDnsName(written);
  if (!('name' in answer)) {
    findings.push({ ...answer, path });
    return undefined;
  }
  const refusal = isAcme(authority) ? publicNameRefusal(answer.name) : undefined;
  if (refusal !== undefined) findings.push({ ...refusal, path });
  else if (isPublicCa(authority) && !hasPublicTopLevel(answer.name)) {
    const message = `"${answer.name}" ends in no public top-level domain`;
    findings.push({
      code: 'DNS_NAME_UNKNOWN_TLD',
      path,
      message,
      hint: 'a public CA will refuse it; private names need a private CA',
    });
  }
  return answer.name;
};

const warnRedundant = (findings: Finding[], places: ReadonlyMap<string, Path>): void => {
  for (const [name, path] of places) {
    const wildcard = name.startsWith('*.') ? undefined : `*.${name.slice(name.indexOf('.') + 1)}`;
    if (wildcard === undefined || !places.has(wildcard)) continue;
    const message = `"${name}" is covered by "${wildcard}" of the same certificate`;
    findings.push({
      code: 'DNS_NAME_REDUNDANT',
      path,
      message,
      hint: "keep one of the two: Let's Encrypt refuses both together",
    });
  }
};

const checkDnsNames = (findings: Finding[], written: WrittenNames['dnsNames'], authority: Authority): string[] => {
  const places = new Map<string, Path>();
  for (const [index, text] of (written ?? []).entries()) {
    if (text === undefined) continue;
    const path = ['spec', 'dnsNames', index];
    const name = acceptName(findings, text, path, authority);
    if (name === undefined) continue;
    if (places.has(name)) {
      findings.push({
        code: 'DNS_NAME_DUPLICATE',
        path,
        message: `"${name}" stands twice`,
        hint: 'remove one of the two',
      });
    } else {
      places.set(name, path);
    }
  }
  if (isPublicCa(authority)) warnRedundant(findings, places);
  if (isAcme(authority) && places.size > MAX_NAMES) {
    const message = `${places.size} names in one certificate`;
    findings.push({
      code: 'DNS_NAMES_TOO_MANY',
      path: ['spec', 'dnsNames'],
      message,
      hint: `at most ${MAX_NAMES}: split the certificate`,
    });
  }
  return [...places.keys()];
};

const checkCommonName = (
  findings: Finding[],
  written: string | undefined,
  dnsNames: readonly string[],
  at: { readonly path: Path; readonly authority: Authority },
): string | undefined => {
  if (written === undefined || written === '') return undefined;
  const { path, authority } = at;
  if ([...written].length > MAX_COMMON_NAME) {
    const message = `commonName has ${[...written].length} characters`;
    findings.push({
      code: 'COMMON_NAME_TOO_LONG',
      path,
      message,
      hint: `at most ${MAX_COMMON_NAME}: leave it out, dnsNames suffice`,
    });
    return undefined;
  }
  if (!isAcme(authority)) return written;
  const answer = normalizeDnsName(written);
  if (!('name' in answer)) {
    findings.push({ ...answer, path });
    return undefined;
  }
  if (!dnsNames.includes(answer.name)) {
    const message = `"${answer.name}" is not among dnsNames`;
    findings.push({
      code: 'COMMON_NAME_NOT_IN_DNS_NAMES',
      path,
      message,
      hint: `add "${answer.name}" to dnsNames, or leave commonName out`,
    });
  }
  return answer.name;
};

/** Names as the CA will be asked for them, and everything that is wrong with them. */
export const checkNames = (written: WrittenNames, authority: Authority): Names => {
  const findings: Finding[] = [];
  const dnsNames = checkDnsNames(findings, written.dnsNames, authority);
  const commonName = checkCommonName(findings, written.commonName, dnsNames, {
    path: ['spec', 'commonName'],
    authority,
  });
  const { commonNameInside: inside } = written;
  checkCommonName(findings, inside, dnsNames, { path: ['spec', 'literalSubject'], authority });
  const nothing = (written.dnsNames ?? []).length === 0 && !written.commonName && !inside && !written.otherNames;
  if (nothing) {
    findings.push({
      code: 'NAMES_MISSING',
      path: ['spec', 'dnsNames'],
      message: 'the certificate has no name',
      hint: 'add dnsNames with at least one name',
    });
  }
  return { commonName, dnsNames, findings };
};
