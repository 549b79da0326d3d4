// Door: the buttons of the dashboard call it, in the name of whoever presses them.
import { composeAct } from '#adapters/compose/act.ts';
import { answerButton } from '#core/widget/answer.ts';
import { door } from './entry.ts';

export const handler = door(
  'act',
  (given) => ({ ports: composeAct(given), isAllowed: given.settings.dashboardActions }),
  ({ ports, isAllowed }, event: unknown, { requestId }): Promise<string> =>
    answerButton(ports, { isAllowed, requestId }, event),
);
