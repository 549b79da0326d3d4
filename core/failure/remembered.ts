// A look at the circuits, remembered for seconds: a container that carries many certificates asks once. What this
// container itself does to a circuit is seen at once.
import type { Clock } from '../ports.ts';
import type { Circuits, OpenCircuit, Probes } from './ports.ts';

const REMEMBERED_MS = 15_000;

export const remembered = (circuits: Circuits & Probes, clock: Clock): Circuits & Probes => {
  let last: { at: number; open: readonly OpenCircuit[] } | undefined;
  const changing = async <T>(change: () => Promise<T>): Promise<T> => {
    last = undefined;
    return change();
  };
  return {
    look: async () => {
      const at = clock.now().getTime();
      if (last === undefined || at - last.at >= REMEMBERED_MS) last = { at, open: await circuits.look() };
      return last.open;
    },
    open: (fault) => changing(() => circuits.open(fault)),
    close: (request) => changing(() => circuits.close(request)),
    begin: (request) => changing(() => circuits.begin(request)),
  };
};
