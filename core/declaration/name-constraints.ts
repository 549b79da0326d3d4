// `nameConstraints` of a CA certificate (RFC 5280 section 4.2.1.10). It must never know what is issued below it.
import { readCidr } from './alternative-names.ts';
import type { NameConstraintsSpec, NameSubtrees } from './model.ts';
import type { Finding } from './problem.ts';

type Texts = readonly (string | undefined)[] | undefined;

interface WrittenSubtrees {
  readonly dnsDomains?: Texts;
  readonly ipRanges?: Texts;
  readonly emailAddresses?: Texts;
  readonly uriDomains?: Texts;
}

interface WrittenConstraints {
  readonly critical?: boolean;
  readonly permitted?: WrittenSubtrees;
  readonly excluded?: WrittenSubtrees;
}

const PATH = ['spec', 'nameConstraints'];

const checkRanges = (written: WrittenSubtrees | undefined, half: 'permitted' | 'excluded'): Finding[] =>
  (written?.ipRanges ?? []).flatMap((text, index): Finding[] => {
    if (text === undefined || readCidr(text) !== undefined) return [];
    const message = `"${text.slice(0, 80)}" is not an IP range`;
    const hint = 'write it in CIDR notation, such as 10.0.0.0/8 or 2001:db8::/32';
    return [{ code: 'IP_RANGE_INVALID', path: [...PATH, half, 'ipRanges', index], message, hint }];
  });

/** Empty lists left out; undefined where nothing is left. */
const subtreesOf = (written: WrittenSubtrees | undefined): NameSubtrees | undefined => {
  const lists = Object.entries(written ?? {}).map(([part, texts]: [string, Texts]) => {
    const some = (texts ?? []).filter((text): text is string => text !== undefined && text !== '');
    return [part, part === 'ipRanges' ? some.map((text) => readCidr(text) ?? text) : some] as const;
  });
  const filled = lists.filter(([, texts]) => texts.length > 0);
  return filled.length === 0 ? undefined : Object.fromEntries(filled);
};

/** Codes: NAME_CONSTRAINTS_WITHOUT_CA, NAME_CONSTRAINTS_EMPTY, IP_RANGE_INVALID. */
export const checkNameConstraints = (
  written: WrittenConstraints | undefined,
  isCa: boolean,
): { readonly value: NameConstraintsSpec | undefined; readonly findings: readonly Finding[] } => {
  if (written === undefined) return { value: undefined, findings: [] };
  const permitted = subtreesOf(written.permitted);
  const excluded = subtreesOf(written.excluded);
  const findings = [...checkRanges(written.permitted, 'permitted'), ...checkRanges(written.excluded, 'excluded')];
  if (!isCa) {
    const message = 'only a CA certificate carries name constraints';
    const hint = 'add isCA: true, or remove nameConstraints';
    findings.push({ code: 'NAME_CONSTRAINTS_WITHOUT_CA', path: PATH, message, hint });
  }
  if (permitted === undefined && excluded === undefined) {
    const message = 'nameConstraints constrains nothing';
    const hint = 'add permitted or excluded with at least one name';
    findings.push({ code: 'NAME_CONSTRAINTS_EMPTY', path: PATH, message, hint });
  }
  return {
    value: {
      critical: written.critical ?? false,
      ...(permitted === undefined ? {} : { permitted }),
      ...(excluded === undefined ? {} : { excluded }),
    },
    findings,
  };
};
