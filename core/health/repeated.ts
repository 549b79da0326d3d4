// Which failures a person should look at: the third in a row, or one that only a person can mend. Pure.
import type { FailureClass } from '../codes.ts';

const TIMES = 3;

export const isRepeated = (failure: { readonly class: FailureClass; readonly count: number }): boolean =>
  failure.class === 'human' || failure.count >= TIMES;
