// The aggregates of a deployment as CDK metrics, for people's own alarms and dashboards. It must never give one a
// certificate: what is said of one is in its events.
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { CLUSTER_DIMENSION, METRIC_DIMENSION, METRIC_NAMESPACE } from '#core/metrics.ts';

/** Maximum over five minutes where the options say nothing else: aggregates are told by each sweep. */
export const evercertMetric = (
  metricName: string,
  dimensions: { readonly service: string; readonly cluster?: string },
  options?: MetricOptions,
): Metric => {
  const { service, cluster } = dimensions;
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [METRIC_DIMENSION]: service, ...(cluster === undefined ? {} : { [CLUSTER_DIMENSION]: cluster }) },
    statistic: Stats.MAXIMUM,
    ...options,
  });
};

/** A construct whose deployment tells metrics. */
export abstract class Measured extends Construct {
  protected abstract readonly service: string;

  /** Any of docs/dashboard.md by its name. */
  metric(name: string, options?: MetricOptions): Metric {
    return evercertMetric(name, { service: this.service }, options);
  }
  metricManaged(options?: MetricOptions): Metric {
    return this.metric('Managed', options);
  }
  metricReady(options?: MetricOptions): Metric {
    return this.metric('Ready', options);
  }
  metricFailing(options?: MetricOptions): Metric {
    return this.metric('Failing', options);
  }
  metricOverdueWarning(options?: MetricOptions): Metric {
    return this.metric('OverdueWarning', options);
  }
  metricOverdueCritical(options?: MetricOptions): Metric {
    return this.metric('OverdueCritical', options);
  }
  metricExpired(options?: MetricOptions): Metric {
    return this.metric('Expired', options);
  }
  metricLeastRemainingHours(options?: MetricOptions): Metric {
    return this.metric('LeastRemainingHours', { statistic: Stats.MINIMUM, ...options });
  }
  metricQueueDepth(options?: MetricOptions): Metric {
    return this.metric('QueueDepth', options);
  }
  metricSweepCompleted(options?: MetricOptions): Metric {
    return this.metric('SweepCompleted', { statistic: Stats.SUM, ...options });
  }
}
