// The Private CA port on the model in memory, with fault hooks: the real adapter over it, so that what the core sees in
// tests is what it will see. It must never be imported by what is deployed.
import { acmPca } from '#adapters/acm-pca/private-ca.ts';
import type { Timer } from '#core/ports.ts';
import type { PrivateCa } from '#core/private-ca/ports.ts';
import { type Hook, hooked, noHook } from './hooks.ts';
import { type ModelOptions, PrivateCaModel } from './private-ca-model.ts';

export class FakePrivateCa {
  /** CAs, certificates and calls as they are; tests may look and edit. */
  readonly model: PrivateCaModel;
  readonly port: PrivateCa;

  constructor(options: ModelOptions & { timer?: Timer; hook?: Hook }) {
    const { hook = noHook, timer = { sleep: async () => undefined } } = options;
    this.model = new PrivateCaModel(options);
    const real = acmPca({ clientFor: async () => this.model.client, timer });
    const call = (method: string) => ({ port: 'PrivateCa', method });
    this.port = {
      describe: (access) => hooked(hook, call('describe'), () => real.describe(access)),
      issue: (request) => hooked(hook, call('issue'), () => real.issue(request)),
      certificate: (request) => hooked(hook, call('certificate'), () => real.certificate(request)),
    };
  }
}
