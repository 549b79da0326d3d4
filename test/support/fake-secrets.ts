// The secret ports on a Secrets Manager in memory, with fault hooks: the real adapter over a strict model of AWS, so
// that what the core sees in tests is what it will see. It must never be imported by what is deployed.
import { certificateSecrets } from '#adapters/secrets-manager/certificate-secrets.ts';
import { secretsManagerSharing } from '#adapters/secrets-manager/kept-shared.ts';
import { referenceSecrets } from '#adapters/secrets-manager/reference-secrets.ts';
import { secretsManagerLook } from '#adapters/secrets-manager/secret-look.ts';
import { NOT_SHARED, type Sharing } from '#adapters/secrets-manager/sharing.ts';
import { secretsManagerSigningPairs } from '#adapters/secrets-manager/signing-pairs.ts';
import type { SigningPairs } from '#core/own-ca/ports.ts';
import type { NewSecrets, ReferenceSecrets, SecretLabels, SecretVersions } from '#core/ports.ts';
import type { SecretLook, SecretSharing } from '#core/sweep/ports.ts';
import { type Hook, hooked, noHook } from './hooks.ts';
import { SecretsManagerModel } from './secrets-manager-model.ts';

export class FakeSecrets {
  /** Secrets, versions, labels and tags as they are; tests may look and edit. */
  readonly model = new SecretsManagerModel();
  readonly versions: SecretVersions & SecretLabels & NewSecrets;
  readonly pairs: SigningPairs;
  readonly references: ReferenceSecrets;
  readonly look: SecretLook;
  readonly sharing: SecretSharing;

  constructor(options: { hook?: Hook; sharing?: Sharing | undefined } = {}) {
    const hook = options.hook ?? noHook;
    const { sharing = NOT_SHARED } = options;
    const real = certificateSecrets({ client: this.model.client, sharing });
    const references = referenceSecrets({ client: this.model.client });
    const versions = (method: string) => ({ port: 'SecretVersions', method });
    const labels = (method: string) => ({ port: 'SecretLabels', method });
    const refs = (method: string) => ({ port: 'ReferenceSecrets', method });
    this.versions = {
      open: (request) => hooked(hook, versions('open'), () => real.open(request)),
      put: (request) => hooked(hook, versions('put'), () => real.put(request)),
      read: (request) => hooked(hook, versions('read'), () => real.read(request)),
      create: (request) => hooked(hook, { port: 'NewSecrets', method: 'create' }, () => real.create(request)),
      promote: (request) => hooked(hook, labels('promote'), () => real.promote(request)),
      drop: (request) => hooked(hook, labels('drop'), () => real.drop(request)),
      restore: (request) => hooked(hook, labels('restore'), () => real.restore(request)),
    };
    const pairs = secretsManagerSigningPairs({ client: this.model.client, prefix: 'evercert' });
    this.pairs = {
      read: (request) => hooked(hook, { port: 'SigningPairs', method: 'read' }, () => pairs.read(request)),
    };
    const look = secretsManagerLook({ client: this.model.client });
    this.look = { look: (name) => hooked(hook, { port: 'SecretLook', method: 'look' }, () => look.look(name)) };
    const shared = secretsManagerSharing({ client: this.model.client, sharing });
    this.sharing = {
      keep: (secret) => hooked(hook, { port: 'SecretSharing', method: 'keep' }, () => shared.keep(secret)),
    };
    this.references = {
      read: (request) => hooked(hook, refs('read'), () => references.read(request)),
      create: (request) => hooked(hook, refs('create'), () => references.create(request)),
      move: (request) => hooked(hook, refs('move'), () => references.move(request)),
    };
  }

  /** The text under a label (AWSCURRENT when none is given); undefined when there is none. */
  text(name: string, label = 'AWSCURRENT'): string | undefined {
    const versions = this.model.secrets.get(name)?.versions.values() ?? [];
    return [...versions].find((version) => version.labels.has(label))?.text;
  }

  /** Every staging label of the secret, sorted: what is left after a clean-up. */
  labels(name: string): readonly string[] {
    const versions = this.model.secrets.get(name)?.versions.values() ?? [];
    return [...versions].flatMap((version) => [...version.labels]).sort();
  }

  /** A secret that somebody else made. */
  plant(name: string, text: string, tags: Readonly<Record<string, string>> = {}): void {
    this.model.secrets.set(name, {
      tags: new Map(Object.entries(tags)),
      versions: new Map([['planted-version-0000000000000000000', { text, labels: new Set(['AWSCURRENT']) }]]),
    });
  }
}
