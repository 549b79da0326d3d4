// The one error class of the house. It must never know which library or service an error came from: adapters translate
// at their edge.
import { CODES, type ErrorCode, type FailureClass } from './codes.ts';

/** RFC 7807 problem document as RFC 8555 section 6.7 uses it; kept whole. */
export interface ProblemDocument {
  readonly type?: string;
  readonly detail?: string;
  readonly status?: number;
  readonly instance?: string;
  readonly subproblems?: readonly {
    readonly type?: string;
    readonly detail?: string;
    readonly identifier?: { readonly type: string; readonly value: string };
  }[];
}

export interface ErrorDetail {
  readonly problem?: ProblemDocument;
  /** When the other side allows the next try (Retry-After). */
  readonly retryAt?: Date;
  /** What exactly offends: DNS names, record names, secret names, reasons. */
  readonly offenders?: readonly string[];
  /** Seen by pre-flight: the CA has not been asked yet. */
  readonly beforeOrder?: true;
  /** The hosted zone that a DNS fault is about. */
  readonly zoneId?: string;
  /** The AWS action or ACME URL that was refused. */
  readonly action?: string;
  /** AWS was asked faster than it allows, and the SDK's own tries did not help. */
  readonly throttled?: true;
}

/** A failure that carries its code; `message` names the subject and what was seen, never any secret. */
export class EvercertError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;
  constructor(code: ErrorCode, message: string, options: { detail?: ErrorDetail; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'EvercertError';
    this.code = code;
    this.detail = options.detail ?? {};
  }
  get class(): FailureClass {
    return CODES[this.code].class;
  }
  get endsWork(): boolean {
    return CODES[this.code].endsWork;
  }
}

/** Whatever was thrown, as an EvercertError: what no adapter has translated is INTERNAL. */
export const asEvercertError = (thrown: unknown): EvercertError =>
  thrown instanceof EvercertError
    ? thrown
    : new EvercertError('INTERNAL', thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown), {
        cause: thrown,
      });
