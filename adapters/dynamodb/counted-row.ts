// What a row's item counts for, from a page of rows or an image of the stream. It must never need more than it projects.

import type { IssuerSpec } from '#core/declaration/issuer-model.ts';
import { issuerText } from '#core/declaration/issuer-types.ts';
import type { CountedRow } from '#core/health/ports.ts';
import type { Item } from './table.ts';

interface Counting {
  readonly retiredAt?: string;
  readonly declared?: { readonly issuer?: Pick<IssuerSpec, 'kind' | 'namespace' | 'name'> };
  readonly progress?: { readonly current?: object };
}

/** Of a row, as far as `countedRowOf` reads it. */
export const COUNTING =
  '#retiredAt, #declared.#issuer.#kind, #declared.#issuer.#namespace, #declared.#issuer.#name, #progress.#current.#versionId';

/** Undefined: it is retired, or no row. */
export const countedRowOf = (item: Item | undefined): CountedRow | undefined => {
  const { retiredAt, declared, progress } = (item ?? {}) as Counting;
  if (declared?.issuer === undefined || retiredAt !== undefined) return undefined;
  return { issuer: issuerText(declared.issuer), isIssued: progress?.current !== undefined };
};
