// Nonces are spent once, the newest first, and never pile up.
import { expect, test } from 'vitest';
import { NoncePool } from '#adapters/acme/nonce-pool.ts';

test('gives the newest nonce first and each one once', () => {
  const pool = new NoncePool();
  pool.keep('a');
  pool.keep('b');
  expect([pool.take(), pool.take(), pool.take()]).toEqual(['b', 'a', undefined]);
});

test('drops the oldest beyond its limit', () => {
  const pool = new NoncePool(2);
  for (const nonce of ['a', 'b', 'c']) pool.keep(nonce);
  expect(pool.size).toBe(2);
  expect([pool.take(), pool.take(), pool.take()]).toEqual(['c', 'b', undefined]);
});
