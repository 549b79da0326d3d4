// cdk-nag's AwsSolutions pack over the stack: every finding is argued inside the constructs, none is left.

import { Stack, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { ClusterAccess } from '#lib/cluster-access.ts';
import { EksTarget } from '#lib/eks-target.ts';
import { allowSharedReading } from '#lib/secret-sharing.ts';
import { type SynthRequest, synthesize } from '#test/support/synth.ts';

const checked = (request: SynthRequest) => () =>
  synthesize({ ...request, before: (app) => Validations.of(app).addPlugins(new AwsSolutionsChecks(app)) });

const zones = [{ id: 'Z0001', name: 'example.com' }, { id: 'Z0002' }];

describe('cdk-nag AwsSolutions', { timeout: 60_000 }, () => {
  it('sees what is wrong', () => {
    const before: SynthRequest['before'] = (app, service) => {
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      new Queue(service, 'Bare');
    };
    expect(() => synthesize({ before })).toThrow(/AwsSolutions-SQS4/);
  });

  it('has no finding without zones', () => {
    expect(checked({})).not.toThrow();
  });

  it('has no finding with zones, validation zones and roles', () => {
    const dnsRoles = ['arn:aws:iam::111122223333:role/dns'];
    expect(checked({ props: { zones, validationZones: [{ id: 'Z0003' }], dnsRoles } })).not.toThrow();
  });

  it('has no finding where account and region are set', () => {
    expect(checked({ env: { account: '111122223333', region: 'eu-west-1' } })).not.toThrow();
  });

  it('has no finding with buttons on the dashboard', () => {
    expect(checked({ props: { dashboardActions: true } })).not.toThrow();
  });

  it('has no finding in the local variant', () => {
    expect(checked({ context: { 'evercert:local': true } })).not.toThrow();
  });

  it('has no finding with clusters: in a VPC and outside, fenced, elsewhere, with shared secrets', () => {
    const cluster = { endpoint: 'https://x', certificateAuthorityData: 'Zm9v' };
    const props: SynthRequest['props'] = (stack) => {
      const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-0123456789abcdef0',
        vpcCidrBlock: '10.0.0.0/16',
        availabilityZones: ['us-east-1a'],
        privateSubnetIds: ['subnet-0123456789abcdef0'],
        privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
      });
      return {
        secretReaders: ['arn:aws:iam::111122223333:role/reader'],
        replicas: [{ region: 'eu-west-1' }],
        clusters: [
          { ...cluster, name: 'plain' },
          { ...cluster, name: 'fenced', tenants: 'session-tags' as const },
          { ...cluster, name: 'far', account: '111122223333', externalId: 'a random text' },
          EksTarget.fromAttributes({ ...cluster, name: 'private', privateAccess: { vpc, aws: 'endpoints' } }),
        ],
      };
    };
    const before: SynthRequest['before'] = (app, service) => {
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      const far = new Stack(app, 'Far', { env: { account: '111122223333', region: 'us-east-1' } });
      new ClusterAccess(far, 'Access', service.clusters.named('far').access);
      const reader = new Role(far, 'Reader', { assumedBy: new AccountRootPrincipal() });
      allowSharedReading(reader, {
        account: '000000000000',
        region: 'us-east-1',
        prefix: 'evercert',
        keyArn: 'arn:aws:kms:us-east-1:000000000000:key/k',
      });
    };
    const env = { account: '000000000000', region: 'us-east-1' };
    expect(() => synthesize({ props, before, env })).not.toThrow();
  });
});
