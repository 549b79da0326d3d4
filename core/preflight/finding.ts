// What pre-flight finds: a code with its words. Hard: the CA, or Route53, would surely refuse; else it is only said.
import { CODES, type ErrorCode } from '../codes.ts';

export interface Finding {
  readonly code: ErrorCode;
  readonly hard: boolean;
  /** The DNS name that it is about. */
  readonly name: string;
  readonly message: string;
  readonly zoneId?: string;
}

export const hard = (code: ErrorCode, name: string, message: string): Finding => ({ code, hard: true, name, message });
export const soft = (code: ErrorCode, name: string, message: string): Finding => ({ code, hard: false, name, message });

/** For the row and the log: code, what was seen, and the fix. */
export const warningText = ({ code, message }: Finding): string => `${code}: ${message} (fix: ${CODES[code].fix})`;
