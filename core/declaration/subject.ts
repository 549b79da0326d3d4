// Who a certificate is about: `subject`, `literalSubject` and the common name in it. It must never know the names that a
// server is reached by.
import type { AuthorityType } from './capabilities.ts';
import { commonNameIn, type LiteralRdn, parseLiteralSubject } from './literal-subject.ts';
import type { SubjectSpec } from './model.ts';
import type { Finding } from './problem.ts';

type Texts = readonly (string | undefined)[] | undefined;

interface WrittenSubject {
  readonly organizations?: Texts;
  readonly countries?: Texts;
  readonly organizationalUnits?: Texts;
  readonly localities?: Texts;
  readonly provinces?: Texts;
  readonly streetAddresses?: Texts;
  readonly postalCodes?: Texts;
  readonly serialNumber?: string;
}

interface Written {
  readonly subject?: WrittenSubject;
  readonly literalSubject?: string;
  readonly commonName?: string;
  readonly isCA?: boolean;
}

/** Empty parts left out. */
const subjectOf = ({ serialNumber, ...lists }: WrittenSubject): SubjectSpec => {
  const filled = Object.entries(lists).map(
    ([part, values]) => [part, (values ?? []).filter((one) => one !== undefined)] as const,
  );
  return {
    ...Object.fromEntries(filled.filter(([, values]) => values.length > 0)),
    ...(serialNumber ? { serialNumber } : {}),
  };
};

export interface ReadSubject {
  /** An empty subject is kept as it is written: `{}`. */
  readonly subject?: SubjectSpec;
  readonly literalSubject?: string;
}

const LITERAL = ['spec', 'literalSubject'];

const checkLiteral = (text: string, written: Written, subject: SubjectSpec | undefined): Finding[] => {
  const parsed = parseLiteralSubject(text);
  const hint = 'write it like CN=web,OU=Shop,O=Example (RFC 4514), the common name first';
  const findings: Finding[] =
    'fault' in parsed ? [{ code: 'LITERAL_SUBJECT_INVALID', path: LITERAL, message: parsed.fault, hint }] : [];
  const beside = [
    ...(written.commonName ? ['commonName'] : []),
    ...(Object.keys(subject ?? {}).length > 0 ? ['subject'] : []),
  ];
  return [
    ...findings,
    ...beside.map((field): Finding => {
      const message = `${field} stands beside literalSubject`;
      const keep = 'literalSubject says all of the subject: keep one of the two';
      return { code: 'LITERAL_SUBJECT_TWICE', path: ['spec', field], message, hint: keep };
    }),
  ];
};

/** The RDNs of a literal subject that can be read. */
const rdnsOf = (text: string | undefined): readonly LiteralRdn[] => {
  const parsed = parseLiteralSubject(text ?? '');
  return 'rdns' in parsed ? parsed.rdns : [];
};

/** Codes: LITERAL_SUBJECT_INVALID, LITERAL_SUBJECT_TWICE. `commonNameInside`: that of the literal subject. */
export const checkSubject = (
  written: Written,
): { readonly value: ReadSubject; readonly commonNameInside: string | undefined; readonly findings: Finding[] } => {
  const subject = written.subject === undefined ? undefined : subjectOf(written.subject);
  const literal = written.literalSubject || undefined;
  return {
    value: {
      ...(subject === undefined ? {} : { subject }),
      ...(literal === undefined ? {} : { literalSubject: literal }),
    },
    commonNameInside: literal === undefined ? undefined : commonNameIn(rdnsOf(literal)),
    findings: literal === undefined ? [] : checkLiteral(literal, written, subject),
  };
};

/** SUBJECT_EMPTY (warning): a certificate that names itself, or others name, as their issuer must say who it is. */
export const checkNamedIssuer = (
  written: Written,
  { subject, literalSubject }: ReadSubject,
  type: AuthorityType | undefined,
): Finding[] => {
  const named = written.commonName || literalSubject || Object.keys(subject ?? {}).length > 0;
  const isRoot = type === 'selfSigned';
  if (named || type === 'acme' || type === 'publicAcme' || !(isRoot || written.isCA === true)) return [];
  const message = 'the certificate would name an empty issuer, which RFC 5280 (section 4.1.2.4) forbids';
  return [{ code: 'SUBJECT_EMPTY', path: ['spec', 'commonName'], message, hint: 'add commonName or subject' }];
};
