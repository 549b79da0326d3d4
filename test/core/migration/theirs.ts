// Secrets as cert-manager keeps them, with pairs that a CA of the tests has issued. It must never write one to disk.
import { readKubernetesSecrets } from '#core/migration/kubernetes-secrets.ts';
import type { ImportPorts, ImportSettings } from '#core/migration/ports.ts';
import type { World } from '#test/support/world.ts';

export type Theirs = Readonly<Record<string, unknown>>;

/** `v1/Secret` of `<namespace>/<name>-tls` with what the world has issued for `<namespace>/<name>`, as kubectl prints it. */
export const secretObject = (
  w: World,
  name: string,
  { namespace = 'default', issuer = 'ClusterIssuer/le' }: { namespace?: string; issuer?: string } = {},
): Theirs => {
  const { 'tls.crt': crt, 'tls.key': key, 'ca.crt': ca } = w.current(`${namespace}/${name}`);
  const [issuerKind, issuerName] = issuer.split('/');
  const base64 = (text = ''): string => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: {
      name: `${name}-tls`,
      namespace,
      annotations: {
        'cert-manager.io/certificate-name': name,
        'cert-manager.io/issuer-name': issuerName,
        'cert-manager.io/issuer-kind': issuerKind,
        'cert-manager.io/issuer-group': 'cert-manager.io',
      },
    },
    data: { 'tls.crt': base64(crt), 'tls.key': base64(key), ...(ca === undefined ? {} : { 'ca.crt': base64(ca) }) },
  };
};

export const parsed = (...objects: readonly Theirs[]) => {
  const read = readKubernetesSecrets(JSON.stringify({ kind: 'List', apiVersion: 'v1', items: objects }));
  if ('unread' in read) throw new Error(read.unread);
  return read;
};

/** The world's own store, written to by a person. */
export const portsOf = ({ secrets, compose }: World): ImportPorts => {
  const { clock, timer, random, keystores, versions, labels } = compose();
  return { look: secrets.look, versions, labels, keystores, clock, timer, random };
};

export const SETTINGS: ImportSettings = {
  prefix: 'evercert',
  sweepPeriodMs: 300_000,
  secretsWritesPerSecond: 50,
  dryRun: false,
  anyIssuer: false,
};
