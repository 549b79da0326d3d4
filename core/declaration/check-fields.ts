// Applies a schema table to a document: unknown, missing, wrong-typed, unsupported fields are found; the rest comes
// back as a plain value. It must never know a particular field, nor a rule between two fields.
import { nearest } from './nearest.ts';
import { isNull, type MapNode, type Node, type Path, type ScalarNode } from './nodes.ts';
import type { Finding } from './problem.ts';
import type { Field, Fields, InferFields } from './schema/field.ts';

/** Names of older cert-manager versions and where they went. */
const MOVED: Readonly<Record<string, string>> = {
  keyAlgorithm: 'privateKey.algorithm',
  keySize: 'privateKey.size',
  keyEncoding: 'privateKey.encoding',
  organization: 'subject.organizations',
  uriSANs: 'uris',
  emailSANs: 'emailAddresses',
};

const WORDS = {
  text: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
  map: 'a mapping of texts',
  list: 'a list',
  object: 'a mapping',
  any: 'anything',
};

const foundWord = (node: Node): string => {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a mapping';
  if (typeof node.value === 'string') return 'text';
  return node.value === null
    ? 'nothing'
    : `${typeof node.value === 'number' ? 'the number' : 'the boolean'} ${node.source}`;
};

interface Walk {
  readonly findings: Finding[];
  /** Inside something that has no effect: warned of once, at its top. */
  readonly quiet: boolean;
}

const wrongType = (walk: Walk, field: Field, node: Node, path: Path): undefined => {
  const quote =
    field.is === 'text' && node.kind === 'scalar'
      ? `put it in quotes: "${node.source}"`
      : `write ${WORDS[field.is]} here`;
  const hint = field.is === 'list' && node.kind === 'scalar' ? `write a list: [${node.source.slice(0, 80)}]` : quote;
  walk.findings.push({
    code: 'FIELD_TYPE',
    path,
    message: `expected ${WORDS[field.is]}, found ${foundWord(node)}`,
    hint,
  });
  return undefined;
};

const valueText = (
  walk: Walk,
  field: Extract<Field, { is: 'text' }>,
  node: ScalarNode,
  path: Path,
): string | undefined => {
  if (typeof node.value !== 'string') return wrongType(walk, field, node, path);
  if (field.oneOf !== undefined && node.value !== '' && !field.oneOf.includes(node.value)) {
    const meant = nearest(node.value, field.oneOf);
    const hint = meant === undefined ? `allowed: ${field.oneOf.join(', ')}` : `did you mean "${meant}"?`;
    walk.findings.push({
      code: 'FIELD_VALUE',
      path,
      message: `"${node.value.slice(0, 80)}" is not allowed here`,
      hint,
    });
    return undefined;
  }
  return node.value;
};

/** YAML 1.1, which Kubernetes reads, takes yes, no, on and off for booleans. */
const valueBoolean = (node: ScalarNode): boolean | undefined => {
  if (typeof node.value === 'boolean') return node.value;
  if (/^(yes|on)$/i.test(node.source)) return true;
  return /^(no|off)$/i.test(node.source) ? false : undefined;
};

const valueMap = (walk: Walk, node: MapNode, path: Path): Record<string, string> => {
  const pairs: [string, string][] = [];
  for (const [key, entry] of node.entries) {
    if (isNull(entry.value)) continue;
    const text = value(walk, { is: 'text' }, entry.value, [...path, key]);
    if (typeof text === 'string') pairs.push([key, text]);
  }
  return Object.fromEntries(pairs);
};

/** Go's omitempty: an empty list or text is an absent one. */
const isEmpty = (node: Node): boolean =>
  isNull(node) || (node.kind === 'list' && node.items.length === 0) || (node.kind === 'scalar' && node.value === '');

/** Says whether the walk goes on into the field, and notes what is refused or without effect. */
const admit = (walk: Walk, field: Field, node: Node, path: Path): boolean => {
  if (field.status === 'refused') {
    if (isEmpty(node)) return false;
    const message = `${String(path.at(-1))} is not supported`;
    walk.findings.push({ code: 'FIELD_NOT_SUPPORTED', path, message, hint: field.reason ?? 'leave it out' });
    return false;
  }
  if (field.status === 'no-effect' && !walk.quiet && !isEmpty(node)) {
    const standIn = field.code === 'SOLVER_STAND_IN';
    const message = standIn
      ? `Route53 DNS-01 stands in for ${String(path.at(-1))}`
      : `${String(path.at(-1))} has no effect`;
    walk.findings.push({ code: field.code ?? 'FIELD_NO_EFFECT', path, message, hint: field.reason ?? 'leave it out' });
  }
  return true;
};

function value(walk: Walk, field: Field, node: Node, path: Path): unknown {
  if (node.kind === 'scalar' && node.broken === true) return undefined;
  if (!admit(walk, field, node, path)) return undefined;
  const inner = field.status === 'no-effect' ? { ...walk, quiet: true } : walk;
  switch (field.is) {
    case 'any':
      return undefined;
    case 'text':
      return node.kind === 'scalar' ? valueText(inner, field, node, path) : wrongType(inner, field, node, path);
    case 'integer':
      if (node.kind === 'scalar' && Number.isSafeInteger(node.value)) return node.value;
      return wrongType(inner, field, node, path);
    case 'boolean':
      return (node.kind === 'scalar' ? valueBoolean(node) : undefined) ?? wrongType(inner, field, node, path);
    case 'map':
      return node.kind === 'map' ? valueMap(inner, node, path) : wrongType(inner, field, node, path);
    case 'list':
      if (node.kind !== 'list') return wrongType(inner, field, node, path);
      return node.items.map((item, index) => valueItem(inner, field.of, item, [...path, index]));
    case 'object':
      return node.kind === 'map' ? valueObject(inner, field.fields, node, path) : wrongType(inner, field, node, path);
  }
}

const valueItem = (walk: Walk, field: Field, item: Node, path: Path): unknown =>
  isNull(item) ? wrongType(walk, field, item, path) : value(walk, field, item, path);

/** Returns the field that was probably meant. */
const unknownField = (walk: Walk, fields: Fields, key: string, path: Path): string | undefined => {
  const moved = Object.hasOwn(MOVED, key) ? MOVED[key] : undefined;
  const meant = moved ?? nearest(key, Object.keys(fields));
  const hint = meant === undefined ? `known here: ${Object.keys(fields).join(', ')}` : `did you mean ${meant}?`;
  walk.findings.push({
    code: 'FIELD_UNKNOWN',
    path,
    at: 'key',
    message: `there is no field "${key.slice(0, 80)}" here`,
    hint,
  });
  return meant;
};

function valueObject(walk: Walk, fields: Fields, node: MapNode, path: Path): Record<string, unknown> {
  const pairs: [string, unknown][] = [];
  const meant = new Set<string | undefined>();
  for (const [key, entry] of node.entries) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) meant.add(unknownField(walk, fields, key, [...path, key]));
    else if (!isNull(entry.value)) pairs.push([key, value(walk, field, entry.value, [...path, key])]);
  }
  for (const [key, field] of Object.entries(fields)) {
    if (field.required !== true || meant.has(key)) continue;
    const child = node.entries.get(key)?.value;
    if (child !== undefined && !isEmpty(child)) continue;
    walk.findings.push({
      code: 'FIELD_MISSING',
      path: [...path, key],
      message: `${key} is missing`,
      hint: `add ${key}: ${field.reason ?? WORDS[field.is]}`,
    });
  }
  return Object.fromEntries(pairs.filter(([, one]) => one !== undefined));
}

/** The document's value as far as it is well-typed and supported, and everything that is not. */
export const checkFields = <const O extends Fields>(
  fields: O,
  root: MapNode,
): { readonly value: InferFields<O>; readonly findings: readonly Finding[] } => {
  const walk: Walk = { findings: [], quiet: false };
  return { value: valueObject(walk, fields, root, []) as InferFields<O>, findings: walk.findings };
};
