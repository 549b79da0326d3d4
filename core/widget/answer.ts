// What the widget's function and the buttons' function do with what they are asked. It must never do more than was judged.
import type { Clock, Log } from '../ports.ts';
import type { RenewalMarks } from '../renewal/ports.ts';
import { type LookPorts, type LookSettings, lookAtCertificate, lookAtFleet } from '../view/look.ts';
import { DESCRIPTION, drawCertificate, drawFleet, drawWords, type Widget } from './draw.ts';
import { pressedButton, widgetRequest } from './request.ts';

/** As operations' table has it: the twenty most urgent. */
const LIMITS = { attention: 20, others: 15 };

export type WidgetAnswer = string | typeof DESCRIPTION;

export interface WidgetSettings extends LookSettings, Pick<Widget, 'widgetArn' | 'actArn'> {}

/** HTML for the dashboard, or the description. Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL. */
export const answerWidget = async (
  ports: LookPorts,
  settings: WidgetSettings,
  event: unknown,
): Promise<WidgetAnswer> => {
  const request = widgetRequest(event);
  if (request.show === 'description') return DESCRIPTION;
  if (request.show === 'nothing') return drawWords('That is no question of this widget.', { theme: 'light' });
  const { widgetArn, actArn } = settings;
  const widget = {
    now: ports.clock.now(),
    theme: request.theme,
    widgetArn,
    ...(actArn === undefined ? {} : { actArn }),
  };
  if (request.show === 'fleet') return drawFleet(await lookAtFleet(ports, settings, LIMITS), widget);
  const detail = await lookAtCertificate(ports, settings, request.name);
  return detail === undefined
    ? drawWords(`There is no certificate ${request.name}.`, widget)
    : drawCertificate(detail, widget);
};

export interface ActPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly marks: RenewalMarks;
}

/** Obeys a button, and says what comes of it. Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL. */
export const answerButton = async (
  { clock, log, marks }: ActPorts,
  { isAllowed, requestId }: { readonly isAllowed: boolean; readonly requestId: string },
  event: unknown,
): Promise<string> => {
  const pressed = pressedButton(event);
  if (pressed === undefined || !isAllowed) {
    log.warn('a button was refused', {
      requestId,
      why: isAllowed ? 'not a button of ours' : 'dashboardActions is not set',
    });
    return drawWords('Refused: no button of the dashboard asks for that, or buttons are switched off.', {
      theme: 'light',
    });
  }
  const { certificate, from, theme } = pressed;
  const marked = await marks.request({ name: certificate, now: clock.now() });
  log.info('a renewal was asked for on a dashboard', { certificate, ...from, requestId, marked });
  const words = marked
    ? `${certificate}: asked for. The next sweep begins; what is current stays until the new one is stored.`
    : `${certificate}: there is no such certificate, or it is no longer declared.`;
  return drawWords(words, { theme });
};
