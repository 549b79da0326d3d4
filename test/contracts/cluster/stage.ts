// What a run of the cluster's suite has at hand: one cluster with its operator and its Secrets Manager. It must never know
// whether they are real.
import type { ClusterApi, Workloads } from '#core/bridge/ports.ts';
import type { Manifest } from '#local/cluster/apply.ts';
import type { Issued } from '#test/support/cluster/issued.ts';

/** Where an object of a namespace is. */
export interface At {
  readonly namespace: string;
  readonly name: string;
}

export interface HeldSecret {
  readonly type: string;
  /** Decoded. */
  readonly data: Readonly<Record<string, string>>;
}

/** A stage is shared by the tests of a file: each uses names of its own. The namespaces `shop` and `pay` exist, `shop` with the label `team: web`. */
export interface ClusterStage {
  /** With all rights that a delivery needs. */
  readonly api: ClusterApi;
  readonly workloads: Workloads;
  /** Server-side apply, one after the other; throws what is refused. */
  readonly apply: (...manifests: readonly Manifest[]) => Promise<void>;
  /** Deletes an object; one that is not there is fine. */
  readonly remove: (manifest: Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>) => Promise<void>;
  /** An object as the cluster has it. */
  readonly read: (manifest: Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>) => Promise<Manifest | undefined>;
  readonly secretIn: (at: At) => Promise<HeldSecret | undefined>;
  /** Changes fields of a Secret's data by hand. */
  readonly tamper: (at: At, data: Readonly<Record<string, string>>) => Promise<void>;
  /** Makes a version AWSCURRENT in Secrets Manager. */
  readonly put: (secret: string, issued: Pick<Issued, 'value' | 'versionId'>) => Promise<unknown>;
  readonly deleteSecret: (secret: string) => Promise<void>;
  readonly restoreSecret: (secret: string) => Promise<void>;
  /** GetSecretValue calls of the operator so far. */
  readonly calls: (secret: string) => number;
  /** Looks again and again while the operator works, until `is` holds; throws where it never does. */
  readonly eventually: <T>(look: () => Promise<T>, is: (seen: T) => boolean) => Promise<T>;
  /** So long that the operator would have done it by then: before looking at what must not have happened. */
  readonly quiet: () => Promise<void>;
}

/** The stage, once it is there. */
export type OnStage = () => ClusterStage;
