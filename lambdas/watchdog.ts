// Door: a schedule of its own wakes it; it looks whether sweeps still complete, and tells people by itself where not.
import { composeWatchdog } from '#adapters/compose/watchdog.ts';
import { eventMetrics } from '#core/metrics.ts';
import { watchdog } from '#core/watchdog/watchdog.ts';
import { door } from './entry.ts';

export const handler = door(
  'watchdog',
  (given) => ({ ...composeWatchdog(given), service: given.settings.prefix }),
  async ({ ports, settings, service }, _event: unknown, { log, now }) => {
    const report = await watchdog(ports, settings);
    log.info('watchdog completed', { ...report });
    console.log(JSON.stringify(eventMetrics('WatchdogCompleted', { service, at: now })));
    return report;
  },
);
