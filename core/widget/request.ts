// What CloudWatch's dashboard asks of the widget, and a person of its buttons: judged before anything is done. Pure.
// Source: CloudWatch user guide, "Details about custom widgets" and "Interactivity in the custom widget".
import * as z from 'zod';
import type { Theme } from '../page/palette.ts';

/** As Kubernetes names things; both parts are DNS labels or subdomains. */
const certificate = z
  .string()
  .max(320)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);

const context = z
  .object({
    theme: z.enum(['light', 'dark']).catch('light'),
    accountId: z.string().max(64).optional().catch(undefined),
    dashboardName: z.string().max(256).optional().catch(undefined),
    widgetId: z.string().max(256).optional().catch(undefined),
  })
  .prefault({ theme: 'light' });

const asked = z.union([
  z.object({ describe: z.literal(true) }),
  z.object({ certificate, widgetContext: context }),
  z.object({ certificate: z.undefined().optional(), widgetContext: context }),
]);

export type WidgetRequest =
  | { readonly show: 'description' }
  | { readonly show: 'fleet'; readonly theme: Theme }
  | { readonly show: 'certificate'; readonly name: string; readonly theme: Theme }
  /** It asks for something that is never asked by what was drawn. */
  | { readonly show: 'nothing' };

export const widgetRequest = (event: unknown): WidgetRequest => {
  const { success, data } = asked.safeParse(event ?? {});
  if (!success) return { show: 'nothing' };
  if ('describe' in data) return { show: 'description' };
  const { theme } = data.widgetContext;
  return data.certificate === undefined
    ? { show: 'fleet', theme }
    : { show: 'certificate', name: data.certificate, theme };
};

const pressed = z.object({ action: z.enum(['renew']), certificate, widgetContext: context });

export interface Pressed {
  readonly action: 'renew';
  readonly certificate: string;
  readonly theme: Theme;
  /** What the dashboard says of itself; who pressed is in CloudTrail, under the request's id. */
  readonly from: { readonly accountId?: string; readonly dashboardName?: string; readonly widgetId?: string };
}

/** Undefined: no button of ours says that. */
export const pressedButton = (event: unknown): Pressed | undefined => {
  const { success, data } = pressed.safeParse(event);
  if (!success) return undefined;
  const { theme, accountId, dashboardName, widgetId } = data.widgetContext;
  return {
    action: data.action,
    certificate: data.certificate,
    theme,
    from: {
      ...(accountId === undefined ? {} : { accountId }),
      ...(dashboardName === undefined ? {} : { dashboardName }),
      ...(widgetId === undefined ? {} : { widgetId }),
    },
  };
};
