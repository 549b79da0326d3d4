// What a CA certificate allows below it: path length and name constraints (RFC 5280 sections 4.2.1.9 and 4.2.1.10), read
// from its DER. It must never judge: core/own-ca/within.ts and the judge do.
import type { X509Certificate } from 'node:crypto';
import { children, extensionOf, readTlv } from './der.ts';

export type ConstrainedKind = 'dns' | 'email' | 'uri' | 'ip';

export interface Subtree {
  readonly kind: ConstrainedKind;
  /** As text; of an IP range the hex of address and mask. */
  readonly base: string;
}

export interface CaConstraints {
  /** How many CA certificates may stand below; absent: any number. */
  readonly pathLength?: number;
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
  /** It constrains names of a kind that is not judged here (directory names and others). */
  readonly hasOthers: boolean;
}

const BASIC_CONSTRAINTS = '551d13';
const NAME_CONSTRAINTS = '551d1e';
const INTEGER = 0x02;
const PERMITTED = 0xa0;
const EXCLUDED = 0xa1;

/** GeneralName (RFC 5280 section 4.2.1.6), by its context tag. */
const KINDS: Readonly<Record<number, ConstrainedKind>> = { 129: 'email', 130: 'dns', 134: 'uri', 135: 'ip' };

const pathLengthOf = (der: Uint8Array): number | undefined => {
  const value = extensionOf(der, BASIC_CONSTRAINTS);
  const sequence = value && readTlv(value, 0);
  const length = sequence && children(sequence.content).find(({ tag }) => tag === INTEGER);
  return length && Number.parseInt(Buffer.from(length.content).toString('hex'), 16);
};

/** Undefined for a subtree of another kind. */
const subtreeOf = (content: Uint8Array): Subtree | undefined => {
  const base = children(content)[0];
  const kind = base && KINDS[base.tag];
  if (base === undefined || kind === undefined) return undefined;
  return {
    kind,
    base: Buffer.from(base.content)
      .toString(kind === 'ip' ? 'hex' : 'latin1')
      .toLowerCase(),
  };
};

const subtrees = (der: Uint8Array, which: number): readonly (Subtree | undefined)[] => {
  const value = extensionOf(der, NAME_CONSTRAINTS);
  const sequence = value && readTlv(value, 0);
  const list = sequence && children(sequence.content).find(({ tag }) => tag === which);
  return list === undefined ? [] : children(list.content).map(({ content }) => subtreeOf(content));
};

export const constraintsOf = ({ raw }: X509Certificate): CaConstraints => {
  const [permitted, excluded] = [subtrees(raw, PERMITTED), subtrees(raw, EXCLUDED)];
  const pathLength = pathLengthOf(raw);
  const known = (list: readonly (Subtree | undefined)[]) => list.filter((one) => one !== undefined);
  return {
    ...(pathLength === undefined ? {} : { pathLength }),
    permitted: known(permitted),
    excluded: known(excluded),
    hasOthers: [...permitted, ...excluded].includes(undefined),
  };
};
