// The deployed `advance` in a process of its own, so that it can be killed: takes the handler's module and an execution's
// input, goes round as the state machine does, prints the last answer. It must never be imported by a test.
import { setTimeout as pause } from 'node:timers/promises';
import type { AdvanceResult } from '#core/journey/advance.ts';

const TIMEOUT_MS = 120_000;

const [, , module = '', input = '{}'] = process.argv;
const { handler } = (await import(module)) as { handler: (event: unknown, context: unknown) => Promise<AdvanceResult> };

let answer = await handler(JSON.parse(input), { getRemainingTimeInMillis: () => TIMEOUT_MS });
while (answer.until !== undefined) {
  await pause(Math.max(0, new Date(answer.until).getTime() - Date.now()));
  answer = await handler(answer, { getRemainingTimeInMillis: () => TIMEOUT_MS });
}
process.stdout.write(`${JSON.stringify(answer)}\n`);
// Connections are kept alive, but nobody needs them any more.
process.exit(0);
