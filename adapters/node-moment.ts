// Time and chance of the machine that this runs on.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Randomness, Timer } from '#core/ports.ts';

export const systemClock: Clock = { now: () => new Date() };
export const systemTimer: Timer = { sleep: (ms) => sleep(ms).then(() => undefined) };
export const systemRandom: Randomness = { uuid: () => randomUUID() };
