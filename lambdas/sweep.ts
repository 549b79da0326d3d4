// Door: the schedule (or a deploy) wakes it; it reconciles the bundled catalogue and starts what is due.
import { readFileSync } from 'node:fs';
import { composeSweep } from '#adapters/compose/sweep.ts';
import type { Catalogue } from '#core/declaration/model.ts';
import { issuerMetrics, lagMetrics, sweepMetrics } from '#core/metrics.ts';
import { sweepPeriodMs } from '#core/settings.ts';
import { sweep } from '#core/sweep/sweep.ts';
import { door } from './entry.ts';

const catalogue = JSON.parse(readFileSync(new URL('./catalogue.json', import.meta.url), 'utf8')) as Catalogue;

export const handler = door(
  'sweep',
  (given) => ({
    ports: composeSweep(given),
    settings: { ...given.settings, sweepPeriodMs: sweepPeriodMs(given.settings) },
  }),
  async ({ ports, settings }, _event: unknown, { deadline, log, now }) => {
    const report = await sweep(ports, settings, { catalogue, deadline });
    log.info('sweep completed', { ...report });
    const about = { service: settings.prefix, at: new Date(now.getTime() + report.durationMs) };
    const byIssuer = settings.metricsByIssuer ? issuerMetrics(report, about) : [];
    const lines = [sweepMetrics(report, about), ...lagMetrics(report, about), ...byIssuer];
    for (const line of lines) console.log(JSON.stringify(line));
    return report;
  },
);
