// Metrics and grants as people's own constructs use them.
import { readFileSync } from 'node:fs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import type { EvercertService } from '#lib/evercert-service.ts';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf } from '#test/support/template.ts';

const cluster = { name: 'prod-eu', endpoint: 'https://x', certificateAuthorityData: 'Zm9v' };
const withService = <T>(use: (service: EvercertService) => T): T => {
  let used: { readonly value: T } | undefined;
  synthesize({
    props: { clusters: [cluster] },
    before: (_app, service) => {
      used = { value: use(service) };
    },
  });
  return used!.value;
};

describe('metricX', () => {
  it('gives the aggregates that a sweep tells, by the deployment that they are of', () => {
    const made = withService((service) => [
      service.metricManaged(),
      service.metricReady(),
      service.metricFailing(),
      service.metricOverdueWarning(),
      service.metricOverdueCritical(),
      service.metricExpired(),
      service.metricLeastRemainingHours(),
      service.metricQueueDepth(),
      service.metricSweepCompleted(),
    ]);
    const told = readFileSync('core/metrics.ts', 'utf8');
    for (const { namespace, dimensions, metricName } of made) {
      expect([namespace, dimensions]).toEqual(['Evercert', { Service: 'evercert' }]);
      expect(told).toContain(`${metricName}: '`);
    }
  });

  it('gives how far a cluster is behind', () => {
    const metric = withService(({ clusters }) => clusters.named('prod-eu').metricOldestDeliveryLag());
    expect([metric.metricName, metric.dimensions]).toEqual([
      'OldestDeliveryLagSeconds',
      { Service: 'evercert', Cluster: 'prod-eu' },
    ]);
  });
});

describe('grantRead', () => {
  it('lets a role read the secrets of certificates with their key, and nothing else', () => {
    const template = synthesize({
      before: (_app, service) => {
        const role = new Role(service, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
        service.grantRead(role);
      },
    });
    const policy = resourcesOf(template, 'AWS::IAM::Policy').find(([id]) => id.includes('Reader'))![1];
    const { Statement } = policy.Properties!.PolicyDocument as { Statement: { Action: string }[] };
    expect(Statement.map(({ Action }) => Action)).toEqual(['secretsmanager:GetSecretValue', 'kms:Decrypt']);
  });
});
