// Why a delivery was not proven: what each diagnosis gives.
import type { ErrorCode } from '../codes.ts';

export interface Fault {
  readonly code: ErrorCode;
  /** Names the object and the field at fault, and what can be done; never a value of a secret. */
  readonly message: string;
}
