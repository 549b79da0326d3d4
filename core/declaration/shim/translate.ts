// From annotations to fields of a Certificate (cert-manager pkg/controller/certificate-shim/helper.go). It must never judge
// a value that a Certificate's own reader judges.
import type { Finding } from '../problem.ts';
import { type Annotation, type Annotations, EDIT_IN_PLACE, SAYS } from './annotations.ts';
import { splitCsv } from './csv.ts';
import { list, type Piece, scalar, treeOfJson } from './tree.ts';

type Answer = Omit<Piece, 'to' | 'from'> | { readonly wrong: string; readonly hint: string };
type Reading = (annotation: Annotation) => Answer;

const asWritten: Reading = ({ text, node }) => ({ node: scalar(text, node.at) });

/** An empty text is no absent value here: cert-manager refuses it. */
const oneWord: Reading = (annotation) =>
  annotation.text === ''
    ? { wrong: 'is empty', hint: 'write a value, or leave the annotation out' }
    : asWritten(annotation);

/** Go's strconv.ParseInt, base 10. */
const wholeNumber: Reading = ({ text, node }) =>
  /^[+-]?\d{1,9}$/.test(text)
    ? { node: scalar(Number(text), node.at) }
    : { wrong: 'is not a whole number', hint: 'write digits only, such as "256"' };

/** A written size of 0 is no default here. */
const size: Reading = (annotation) =>
  /^[+-]?0+$/.test(annotation.text)
    ? { wrong: 'is no key size', hint: 'write a size, or leave the annotation out' }
    : wholeNumber(annotation);

const split =
  (tidy: (part: string) => string): Reading =>
  ({ text, node }) => {
    const parts = text.split(',').map((part) => scalar(tidy(part), node.at));
    if (parts.some(({ value }) => value === ''))
      return { wrong: 'has an empty part', hint: 'write values with single commas between them' };
    return { node: list(parts, node.at) };
  };

const csv: Reading = ({ text, node }) => {
  const values = splitCsv(text);
  return values === undefined
    ? { wrong: 'is not one line of comma-separated values', hint: 'put a value with a comma into double quotes' }
    : {
        node: list(
          values.map((value) => scalar(value, node.at)),
          node.at,
        ),
      };
};

const json: Reading = ({ text, node }) => {
  const hint = 'write {"annotations": {…}, "labels": {…}}';
  try {
    return { node: treeOfJson(JSON.parse(text), node.at) };
  } catch (cause) {
    if (cause instanceof SyntaxError) return { wrong: 'is not JSON', hint };
    throw cause;
  }
};

const trimmed = split((part) => part.trim());

/** Where each annotation goes, and how it is read. cert-manager trims addresses from 1.22 on; 1.21 refuses the spaces later. */
const FIELDS: Readonly<Record<keyof typeof SAYS, { readonly to: readonly string[]; readonly read: Reading }>> = {
  commonName: { to: ['commonName'], read: asWritten },
  dnsNames: { to: ['dnsNames'], read: split((part) => part) },
  ipAddresses: { to: ['ipAddresses'], read: trimmed },
  emailAddresses: { to: ['emailAddresses'], read: trimmed },
  organizations: { to: ['subject', 'organizations'], read: csv },
  organizationalUnits: { to: ['subject', 'organizationalUnits'], read: csv },
  countries: { to: ['subject', 'countries'], read: csv },
  provinces: { to: ['subject', 'provinces'], read: csv },
  localities: { to: ['subject', 'localities'], read: csv },
  streetAddresses: { to: ['subject', 'streetAddresses'], read: csv },
  postalCodes: { to: ['subject', 'postalCodes'], read: csv },
  serialNumber: { to: ['subject', 'serialNumber'], read: asWritten },
  duration: { to: ['duration'], read: oneWord },
  renewBefore: { to: ['renewBefore'], read: oneWord },
  renewBeforePercentage: { to: ['renewBeforePercentage'], read: wholeNumber },
  usages: { to: ['usages'], read: trimmed },
  revisionHistoryLimit: { to: ['revisionHistoryLimit'], read: wholeNumber },
  algorithm: { to: ['privateKey', 'algorithm'], read: oneWord },
  encoding: { to: ['privateKey', 'encoding'], read: oneWord },
  size: { to: ['privateKey', 'size'], read: size },
  rotationPolicy: { to: ['privateKey', 'rotationPolicy'], read: oneWord },
  secretTemplate: { to: ['secretTemplate'], read: json },
};

/** Names that may be annotated empty, and are then not there. */
const MAY_BE_EMPTY: readonly string[] = [SAYS.dnsNames, SAYS.ipAddresses, SAYS.emailAddresses];

/** Annotations that go over to the Certificate: our own, and what edit-in-place asks of it. */
const carried = (annotations: Annotations): Piece[] => [
  ...[...annotations.values()]
    .filter(({ key }) => key.startsWith('evercert.dev/'))
    .map(({ key, node, from }): Piece => ({ to: ['metadata', 'annotations', key], node, from })),
  ...[annotations.get(EDIT_IN_PLACE)].flatMap((edited): Piece[] => {
    if (edited?.text !== 'true') return [];
    const to = ['metadata', 'annotations', 'cert-manager.io/issue-temporary-certificate'];
    return [{ to, node: scalar('true', edited.node.at), from: edited.from }];
  }),
];

/** The fields that the annotations say, and SHIM_ANNOTATION_INVALID where one cannot be read. */
export const translate = (
  annotations: Annotations,
): { readonly pieces: readonly Piece[]; readonly findings: readonly Finding[] } => {
  const pieces = carried(annotations);
  const findings: Finding[] = [];
  for (const [field, key] of Object.entries(SAYS) as [keyof typeof SAYS, string][]) {
    const annotation = annotations.get(key);
    if (annotation === undefined || (annotation.text === '' && MAY_BE_EMPTY.includes(key))) continue;
    const { to, read } = FIELDS[field];
    const answer = read(annotation);
    if ('node' in answer) pieces.push({ to: ['spec', ...to], from: annotation.from, ...answer });
    else {
      const message = `"${annotation.text.slice(0, 80)}" ${answer.wrong}`;
      findings.push({ code: 'SHIM_ANNOTATION_INVALID', path: annotation.from, message, hint: answer.hint });
    }
  }
  return { pieces, findings };
};
