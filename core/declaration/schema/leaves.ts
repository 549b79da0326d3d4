// Every field that a declaration can have, down to the leaves, with what becomes of it: from the very tables that parse
// them. It must never hold a field of its own.
import type { OurKind } from '../documents.ts';
import { CERTIFICATE } from './certificate-fields.ts';
import type { Field, Fields } from './field.ts';
import { ISSUER } from './issuer-fields.ts';
import { PRIVATE_CA_ISSUER } from './private-ca-fields.ts';

/** The table that parses each kind. */
const TABLES: Readonly<Record<OurKind, Fields>> = {
  Certificate: CERTIFICATE,
  Issuer: ISSUER,
  ClusterIssuer: ISSUER,
  AWSPCAIssuer: PRIVATE_CA_ISSUER,
  AWSPCAClusterIssuer: PRIVATE_CA_ISSUER,
};

export const FIELD_KINDS = Object.keys(TABLES) as OurKind[];

/** One leaf: `spec.otherNames[].oid`; a mapping of texts is a leaf. */
export interface FieldLeaf {
  readonly kind: OurKind;
  readonly path: string;
  readonly status: 'supported' | 'no-effect' | 'refused';
  /** Empty where it is supported. */
  readonly reason: string;
}

type Answer = Pick<FieldLeaf, 'status' | 'reason'>;

const SUPPORTED: Answer = { status: 'supported', reason: '' };

/** What is said of a field holds for all inside it. */
const answerOf = (field: Field, around: Answer): Answer =>
  around.status !== 'supported' || field.status === undefined
    ? around
    : { status: field.status, reason: field.reason ?? '' };

const walk = (field: Field, path: string, around: Answer): (Answer & { readonly path: string })[] => {
  const answer = answerOf(field, around);
  if (field.is === 'object')
    return Object.entries(field.fields).flatMap(([name, one]) => walk(one, `${path}.${name}`, answer));
  if (field.is === 'list') return walk(field.of, `${path}[]`, answer);
  return [{ path, ...answer }];
};

/** The leaves of `spec` of each kind, in the order of the tables. */
export const fieldLeaves = (kinds: readonly OurKind[] = FIELD_KINDS): FieldLeaf[] =>
  kinds.flatMap((kind) => walk(TABLES[kind].spec!, 'spec', SUPPORTED).map((leaf) => ({ kind, ...leaf })));
