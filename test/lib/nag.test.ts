// cdk-nag's AwsSolutions pack over the stack: every finding is argued inside the constructs, none is left.

import { Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
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

  it('has no finding in the local variant', () => {
    expect(checked({ context: { 'evercert:local': true } })).not.toThrow();
  });
});
