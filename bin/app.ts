// The CDK app: one stack with one Evercert, as cdk.json's context says. It must never know how any of it is built.
import { App, Stack } from 'aws-cdk-lib';
import type { ServiceSettingsInput } from '#core/settings.ts';
import { EvercertService, type EvercertServiceProps } from '#lib/evercert-service.ts';
import { Refused } from '#lib/refused.ts';

const app = new App();
const text = (key: string): string | undefined => app.node.tryGetContext(key);

/** An object in cdk.json, or its JSON by `-c`; checked where it is used. */
const object = <T>(key: string): T => {
  const value: unknown = app.node.tryGetContext(key) ?? {};
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
};

try {
  const stack = new Stack(app, text('evercert:stack') ?? 'Evercert', {
    description: 'Evercert: certificates that renew themselves',
  });
  new EvercertService(stack, 'Certs', {
    ...object<ServiceSettingsInput>('evercert'),
    declarations: text('declarations') ?? 'examples/first-steps',
    runtime: object<NonNullable<EvercertServiceProps['runtime']>>('evercert:localRuntime'),
  });
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
