// What the dashboard costs, for the page of costs and its test. Pure.
import type { DashboardBody } from './model.ts';

/** Metrics that its widgets ask for; CloudWatch counts them for the price. */
export const metricCount = ({ widgets }: DashboardBody): number =>
  widgets.reduce(
    (sum, { properties }) => sum + ((properties.metrics as readonly unknown[] | undefined)?.length ?? 0),
    0,
  );

/** Free as one of an account's first three with at most 50 metrics (CloudWatch pricing, us-east-1, November 2026). */
const FREE_METRICS = 50;
const USD_A_MONTH = 3;

export const dashboardUsdAMonth = (body: DashboardBody): number =>
  metricCount(body) <= FREE_METRICS ? 0 : USD_A_MONTH;
