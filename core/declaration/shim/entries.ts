// What a tls entry of an Ingress or the listeners of a Gateway come to: a Secret with its hosts. It must never know what is
// annotated.
import type { Node, Path } from '../nodes.ts';
import type { Finding } from '../problem.ts';

export interface Host {
  readonly node: Node;
  readonly from: Path;
}

/** One Certificate to be: the Secret it is stored in, and its hosts in the order written. */
export interface SecretHosts {
  readonly secretName: string;
  readonly node: Node;
  /** Where the Secret is named. */
  readonly from: Path;
  readonly hosts: readonly Host[];
}

export interface Entries {
  readonly entries: readonly SecretHosts[];
  readonly findings: readonly Finding[];
}

/** SHIM_ENTRY_SKIPPED: cert-manager's event BadConfig "Skipped a TLS block" or "Skipped a listener block". */
export const skipped = (path: Path, message: string, hint: string): Finding => ({
  code: 'SHIM_ENTRY_SKIPPED',
  path,
  message: `no certificate is made: ${message}`,
  hint,
});
