// A cluster in memory under a virtual clock: the real adapter over a strict model of API server and operator, so that what
// the core sees in tests is what it will see. It must never be imported by what is deployed.
import { eksClusterApi } from '#adapters/eks/cluster-api.ts';
import type { AskCluster, KubernetesRequest } from '#adapters/eks/request.ts';
import { eksWorkloads } from '#adapters/eks/workloads.ts';
import type { ClusterApi, Workloads } from '#core/bridge/ports.ts';
import { EvercertError } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import type { Manifest } from '#local/cluster/apply.ts';
import { type Hook, noHook } from '../hooks.ts';
import { hookedPort } from '../ledger/store.ts';
import { copyInto } from './fake-copies.ts';
import { FakeObjects, type Ref, refOf } from './fake-objects.ts';
import { FakeOperator } from './fake-operator.ts';
import type { ReadValue } from './fake-render.ts';

export interface FakeClusterOptions {
  readonly clock: Clock;
  /** AWSCURRENT of a secret as the operator reads it; undefined: there is none. May throw an Error as AWS refuses. */
  readonly value: ReadValue;
  /** What declarations call it: for messages. Default `blue`. */
  readonly name?: string;
  /** From a change to the operator's look. Default 80. */
  readonly syncMs?: number;
  readonly hook?: Hook;
}

const KINDS: Readonly<Record<string, string>> = {
  externalsecrets: 'ExternalSecret',
  clusterexternalsecrets: 'ClusterExternalSecret',
  secrets: 'Secret',
  deployments: 'Deployment',
  statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet',
};

const DOWN = {
  down: ['CLUSTER_UNREACHABLE', 'connect ECONNREFUSED 127.0.0.1:6443'],
  untrusted: ['CLUSTER_UNTRUSTED', 'unable to verify the first certificate'],
  unauthorized: ['CLUSTER_UNAUTHORIZED', '401 Unauthorized'],
} as const;

const ADDRESS = /^\/apis?\/(?:[^/]+\/)?v1(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/;

export class FakeCluster {
  readonly api: ClusterApi;
  readonly workloads: Workloads;
  /** Objects as they are; tests may look and edit. */
  readonly objects = new FakeObjects();
  readonly operator: FakeOperator;
  mode: 'up' | keyof typeof DOWN = 'up';
  /** `patch externalsecrets`, `get secrets`, ...: what our role may not do. */
  readonly forbidden = new Set<string>();
  /** `get externalsecrets shop/web-tls`, in their order. */
  readonly requests: string[] = [];
  readonly #calls = new Map<string, number>();
  readonly #name: string;

  constructor(options: FakeClusterOptions) {
    const { clock, value, name = 'blue', syncMs = 80, hook = noHook } = options;
    this.#name = name;
    const read: ReadValue = (secret) => {
      this.#calls.set(secret, this.calls(secret) + 1);
      return value(secret);
    };
    this.operator = new FakeOperator({ objects: this.objects, clock, read, syncMs });
    copyInto(this.objects);
    const ask: AskCluster = async (asked) => this.#answer(asked);
    this.api = hookedPort(hook, 'clusterApi', eksClusterApi(ask));
    this.workloads = hookedPort(hook, 'workloads', eksWorkloads(ask));
  }

  /** GetSecretValue calls of the operator. */
  calls(secret: string): number {
    return this.#calls.get(secret) ?? 0;
  }

  /** As GitOps does. */
  apply(...manifests: readonly Manifest[]): void {
    this.operator.settle();
    for (const manifest of manifests) this.objects.apply(manifest);
  }

  remove(manifest: Pick<Manifest, 'kind' | 'metadata'>): void {
    this.operator.settle();
    this.objects.remove(refOf(manifest));
  }

  read(manifest: Pick<Manifest, 'kind' | 'metadata'>): Manifest | undefined {
    this.operator.settle();
    return structuredClone(this.objects.get(refOf(manifest)));
  }

  /** A Secret with its data decoded. */
  secretIn({ namespace, name }: { readonly namespace: string; readonly name: string }) {
    this.operator.settle();
    const secret = this.objects.get({ kind: 'Secret', namespace, name });
    if (secret === undefined) return undefined;
    const data = Object.entries((secret.data ?? {}) as Record<string, string>);
    const decoded = data.map(([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')] as const);
    return { type: secret.type ?? 'Opaque', data: Object.fromEntries(decoded) as Record<string, string> };
  }

  /** Changes a Secret's data by hand. */
  tamper(at: { readonly namespace: string; readonly name: string }, data: Readonly<Record<string, string>>): void {
    this.operator.settle();
    const written = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
    this.objects.patch({ kind: 'Secret', ...at }, { data: Object.fromEntries(written) });
  }

  #answer({ method, path, body, action }: KubernetesRequest): unknown {
    const { pathname, searchParams } = new URL(path, 'https://cluster');
    const [, namespace, plural = '', name] = ADDRESS.exec(pathname) ?? [];
    const at = namespace === undefined ? {} : { namespace: decodeURIComponent(namespace) };
    this.requests.push([action, [at.namespace, name].filter((part) => part !== undefined).join('/')].join(' '));
    if (this.mode !== 'up') {
      const [code, words] = DOWN[this.mode];
      throw this.#error(code, words, action);
    }
    if (this.forbidden.has(action)) throw this.#forbid(action, at.namespace, name);
    this.operator.settle();
    if (plural === 'events') return this.#events(at.namespace ?? '', searchParams.get('fieldSelector') ?? '');
    const ref: Ref = { kind: KINDS[plural] ?? plural, ...at, name: decodeURIComponent(name ?? '') };
    if (method === 'PATCH') this.objects.patch(ref, body);
    return structuredClone(this.objects.get(ref));
  }

  #events(namespace: string, fieldSelector: string): unknown {
    const name = /involvedObject\.name=([^,]+)/.exec(fieldSelector)?.[1] ?? '';
    const warnings = this.operator.warnings({ namespace, name });
    return { items: warnings.map(({ message, at }) => ({ message, lastTimestamp: at })) };
  }

  #error(code: EvercertError['code'], words: string, action: string): EvercertError {
    return new EvercertError(code, `cluster ${this.#name}, ${action}: ${words}`, { detail: { action } });
  }

  #forbid(action: string, namespace: string | undefined, name: string | undefined): EvercertError {
    const [verb, resource] = action.split(' ');
    const who = 'User "arn:aws:sts::000000000000:assumed-role/evercert-sync-blue/evercert"';
    const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
    const words = `403 ${resource} "${name ?? ''}" is forbidden: ${who} cannot ${verb} resource "${resource}" ${where}`;
    return this.#error('CLUSTER_FORBIDDEN', words, action);
  }
}
