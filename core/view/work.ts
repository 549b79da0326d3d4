// What is being done about a certificate, in words: shared by the board, the page and the digest. Pure.
import { CODES, type ErrorCode } from '../codes.ts';
import type { CertificateRow, RowFailure } from '../journey/row.ts';

/** Phase of the journey -> what a person calls it. */
export const PHASE_WORDS: Readonly<Record<string, string>> = {
  key: 'making the key',
  issue: 'ordering',
  render: 'rendering anew',
  store: 'storing',
  clean: 'cleaning up',
  announce: 'announcing',
};

/** Whether an issuance goes on: one whose last attempt failed lies still until its next try. */
export const isAtWork = ({ progress, leaseUntil }: CertificateRow): boolean => {
  const { work, failure } = progress;
  if (work === undefined) return false;
  return failure === undefined || work.outcome !== undefined || leaseUntil !== undefined;
};

/** What was seen, without the fix that the row's message ends with. */
export const saidOf = ({ code, message }: Pick<RowFailure, 'code' | 'message'>): string =>
  message.replace(` (fix: ${CODES[code].fix})`, '');

export const isCode = (text: string): text is ErrorCode => Object.hasOwn(CODES, text);

/** The code that a text of something waited for begins with, and the rest of it. */
export const waitedCode = (waitingFor: string): { readonly code: ErrorCode; readonly message: string } | undefined => {
  const [, code, message] = /^([A-Z][A-Z0-9_]+): ([\s\S]*)$/.exec(waitingFor) ?? [];
  return code !== undefined && message !== undefined && isCode(code) ? { code, message } : undefined;
};
