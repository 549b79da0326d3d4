// Spreading without chance: a share between 0 and 1 that belongs to one leaf and one purpose. Pure.
import { sha256Hex } from '../names.ts';

/** 0 <= share < 1, the same whenever it is asked. */
export const shareOf = (fingerprint: string, purpose: 'ari' | 'renewal' | 'window'): number =>
  Number.parseInt(sha256Hex(`${purpose} ${fingerprint}`).slice(0, 12), 16) / 2 ** 48;
