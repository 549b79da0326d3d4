// The CDK app: one stack with one Evercert, as cdk.json's context says. It must never know how any of it is built.
import { App, Stack } from 'aws-cdk-lib';
import { DeclarationsRefused } from '#lib/declarations.ts';
import { EvercertService } from '#lib/evercert-service.ts';

const app = new App();
const context = (key: string): unknown => app.node.tryGetContext(key);

try {
  const stack = new Stack(app, String(context('evercert:stack') ?? 'Evercert'), {
    description: 'Evercert: certificates that renew themselves',
  });
  new EvercertService(stack, 'Certs', {
    ...(context('evercert') as object | undefined),
    runtime: (context('evercert:localRuntime') as object | undefined) ?? {},
    declarations: String(context('declarations') ?? 'examples/first-steps'),
  });
} catch (error) {
  if (!(error instanceof DeclarationsRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
