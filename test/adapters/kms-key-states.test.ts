// KMS's word on a key: asked once a minute, and never an error.
import type { KMSClient } from '@aws-sdk/client-kms';
import { expect, it } from 'vitest';
import { kmsKeyStates } from '#adapters/kms-key-states.ts';

const stage = (answer: () => Promise<unknown>) => {
  let now = new Date('2026-11-25T12:00:00.000Z');
  let asked = 0;
  const client = {
    send: () => {
      asked++;
      return answer();
    },
  } as unknown as KMSClient;
  const states = kmsKeyStates({ client, clock: { now: () => now } });
  const pass = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };
  return { states, pass, asked: () => asked };
};

it('gives the state of a key, and asks again only after a minute', async () => {
  const { states, pass, asked } = stage(async () => ({ KeyMetadata: { KeyState: 'PendingDeletion' } }));
  expect(await states.state('key')).toBe('PendingDeletion');
  pass(59_000);
  await states.state('key');
  expect(asked()).toBe(1);
  pass(1_000);
  await states.state('key');
  expect(asked()).toBe(2);
});

it('knows nothing where KMS refuses to tell', async () => {
  const { states } = stage(async () => {
    throw new Error('AccessDeniedException');
  });
  expect(await states.state('key')).toBeUndefined();
});
