// The life of what a row holds. Pure: it must never know how the ledger keeps it.
import type { CertificateRow } from '../journey/row.ts';
import type { Life } from './life.ts';

/** Of what is current; undefined: nothing is, or the row is retired. */
export const lifeOf = ({ retiredAt, progress }: Pick<CertificateRow, 'retiredAt' | 'progress'>): Life | undefined => {
  const { current, renewAt } = progress;
  if (retiredAt !== undefined || current === undefined) return undefined;
  const { notBefore, notAfter } = current;
  return { notBefore, notAfter, ...(renewAt === undefined ? {} : { renewAt }) };
};
