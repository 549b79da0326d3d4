// A value that must not be printed. Only the adapter that spends it may open it.
import { inspect } from 'node:util';

/** Wraps key material: every way of printing or serialising it gives `[sealed]`. */
export class Sealed<T> {
  readonly #value: T;
  constructor(value: T) {
    this.#value = value;
  }
  /** The value itself; never let it reach a log, an error, the ledger or a return value. */
  open(): T {
    return this.#value;
  }
  toString(): string {
    return '[sealed]';
  }
  toJSON(): string {
    return '[sealed]';
  }
  [inspect.custom](): string {
    return '[sealed]';
  }
}
