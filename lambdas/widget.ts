// Door: CloudWatch's dashboard calls it to be drawn, and a name that is clicked on for that certificate's own page. Reads only.
import { composeWidget } from '#adapters/compose/widget.ts';
import { answerWidget, type WidgetAnswer } from '#core/widget/answer.ts';
import { door } from './entry.ts';

export const handler = door(
  'widget',
  composeWidget,
  ({ ports, settings }, event: unknown, { functionArn }): Promise<WidgetAnswer> =>
    answerWidget(ports, { ...settings, widgetArn: functionArn }, event),
);
