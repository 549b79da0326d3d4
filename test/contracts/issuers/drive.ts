// Carries declared certificates through the real journey in real time: the world's ledger, secrets and zones in memory,
// whatever issuers a stage plugs in. It must never know what is asked of them.
import { setTimeout as delay } from 'node:timers/promises';
import type { JourneyPorts } from '#core/journey/ports.ts';
import type { ExecutionInput } from '#core/ports.ts';
import type { World } from '#test/support/world.ts';

/** What is not over then is found missing by its own test, with what it waits for. */
const PATIENCE_MS = 90_000;
const LOOK_MS = 50;

/** The world's clock goes with the real one. */
export const inRealTime = (world: World): void => world.pass(Date.now() - world.clock.now().getTime());

/** Ports as `ports` gives them, with real clock and timer. */
const onRealTime = (ports: JourneyPorts): JourneyPorts => ({
  ...ports,
  clock: { now: () => new Date() },
  timer: { sleep: (ms) => delay(ms) },
});

/** One execution to its end, as the state machine does. */
const execute = async (world: World, input: ExecutionInput, ports: JourneyPorts): Promise<void> => {
  for (;;) {
    inRealTime(world);
    const result = await world.invokeAdvance(input, ports);
    if (result.done) break;
    await delay(Math.max(0, new Date(result.until!).getTime() - Date.now()));
  }
  world.end(input);
};

/** Released, and either current or failed: a failure is not waited for. */
const isOver = (world: World, name: string): boolean => {
  const row = world.ledger.row(name);
  if (row === undefined || row.leaseUntil !== undefined || row.progress.endedRun !== row.run) return false;
  return row.progress.current !== undefined || row.progress.failure !== undefined;
};

/** Sweeps until each of these certificates (`namespace/name`) is current or has failed, or patience ends. */
export const drive = async (
  world: World,
  names: readonly string[],
  { ports, atOnce }: { readonly ports: JourneyPorts; readonly atOnce: number },
): Promise<void> => {
  const real = onRealTime(ports);
  const begun = new Set<string>();
  let running = 0;
  const broken: unknown[] = [];
  for (const deadline = Date.now() + PATIENCE_MS; ; await delay(LOOK_MS)) {
    inRealTime(world);
    await world.invokeSweep();
    for (const input of world.executions.started()) {
      const key = `${input.uid} ${input.run}`;
      if (begun.has(key) || running >= atOnce) continue;
      begun.add(key);
      running += 1;
      execute(world, input, real)
        .catch((error) => broken.push(error))
        .finally(() => {
          running -= 1;
        });
    }
    if (broken.length > 0) throw broken[0];
    const open = names.filter((name) => !isOver(world, name));
    if (open.length === 0 || Date.now() > deadline) return;
  }
};
