// A process that dies at a given call of a world's ports. It must never know what is under way.
import type { HookedCall } from './hooks.ts';
import type { World } from './world.ts';

/** From call `k` on nothing gets through any more: what a killed process looks like from outside. */
export const killAt = (w: World, k: number, when: HookedCall['when']) => {
  let seen = 0;
  let killed: HookedCall | undefined;
  let before: HookedCall | undefined;
  w.faults.hook = (call) => {
    if (killed !== undefined) throw new Error('the process is dead');
    if (call.when === when && ++seen === k) {
      killed = call;
      throw new Error('killed');
    }
    if (call.when === 'after') before = call;
  };
  return { killed: () => killed, before: () => before };
};
