// Whether the schedule of the sweep is on: GetSchedule of EventBridge Scheduler. It must never change one.
import { GetScheduleCommand, ResourceNotFoundException, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { EvercertError } from '#core/errors.ts';
import type { ScheduleLook } from '#core/watchdog/ports.ts';

export { SchedulerClient } from '@aws-sdk/client-scheduler';

const action = 'scheduler:GetSchedule';

export const schedulerLook = (options: { client: SchedulerClient; name: string }): ScheduleLook => ({
  async state() {
    try {
      const { State } = await options.client.send(new GetScheduleCommand({ Name: options.name }));
      return State ?? 'absent';
    } catch (cause) {
      if (cause instanceof ResourceNotFoundException) return 'absent';
      const { name, message } = cause as Error;
      const code = name === 'AccessDeniedException' ? 'AWS_DENIED' : 'AWS_UNAVAILABLE';
      throw new EvercertError(code, `${action} on ${options.name}: ${message}`, { cause, detail: { action } });
    }
  },
});
