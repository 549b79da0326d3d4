// What is said to whom a limit has no place for now. Pure.
import { EvercertError } from '../errors.ts';
import type { Taken } from './ports.ts';

/** LIMIT_REACHED with `retryAt`: which limit, and one's place in the queue. */
export const limitReached = (words: string, { at, ahead }: Extract<Taken, { kind: 'refused' }>): EvercertError => {
  const place = ahead === 0 ? 'next in the queue' : `${ahead} before it in the queue`;
  return new EvercertError('LIMIT_REACHED', `${words}: ${place}, about ${at.toISOString()}`, {
    detail: { retryAt: at },
  });
};
