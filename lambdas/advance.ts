// Door: Step Functions calls it once a round; it carries one certificate on and says when to come back.
import { composeAdvance } from '#adapters/compose/advance.ts';
import { type AdvanceResult, advance } from '#core/journey/advance.ts';
import type { RoundInput } from '#core/journey/claim.ts';
import { door } from './entry.ts';

export const handler = door(
  'advance',
  composeAdvance,
  (parts, event: RoundInput, { deadline }): Promise<AdvanceResult> => {
    const { name, uid, run, version, rounds } = event;
    const carried = { ...(version === undefined ? {} : { version }), ...(rounds === undefined ? {} : { rounds }) };
    return advance({ name, uid, run, ...carried }, { ...parts, deadline });
  },
);
