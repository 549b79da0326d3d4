// Time and chance of the machine that this runs on.
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, RandomBytes, Randomness, Timer } from '#core/ports.ts';

export const systemClock: Clock = { now: () => new Date() };
export const systemTimer: Timer = { sleep: (ms) => sleep(ms).then(() => undefined) };
export const systemRandom: Randomness & RandomBytes = {
  uuid: () => randomUUID(),
  bytes: (count) => new Uint8Array(randomBytes(count)),
};
