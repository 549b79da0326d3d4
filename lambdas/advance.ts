// Door: Step Functions calls it once a round; it carries one certificate on and says when to come back.
import { composeAdvance } from '#adapters/compose.ts';
import { type AdvanceResult, advance } from '#core/journey/advance.ts';
import type { ExecutionInput } from '#core/ports.ts';
import { door } from './entry.ts';

export const handler = door(
  'advance',
  composeAdvance,
  (parts, event: ExecutionInput, { deadline }): Promise<AdvanceResult> => {
    const { name, uid, run } = event;
    return advance({ name, uid, run }, { ...parts, deadline });
  },
);
