// A Kubernetes API server's memory: objects by kind and place, merged patches, generations. It must never know what an
// operator does with them.
import type { Manifest } from '#local/cluster/apply.ts';

/** An object as the server has it. */
// biome-ignore lint/suspicious/noExplicitAny: objects of any kind.
export type Stored = Manifest & { metadata: any; spec?: any; status?: any; data?: any; type?: string };

export interface Ref {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export type Listener = (ref: Ref, object: Stored | undefined) => void;

const CLUSTER_WIDE = new Set(['Namespace', 'ClusterSecretStore', 'ClusterExternalSecret']);

export const refOf = ({ kind, metadata }: Pick<Manifest, 'kind' | 'metadata'>): Ref => ({
  kind,
  ...(CLUSTER_WIDE.has(kind) ? {} : { namespace: metadata.namespace ?? 'default' }),
  name: metadata.name,
});

const keyOf = ({ kind, namespace = '', name }: Ref): string => `${kind} ${namespace}/${name}`;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7396; a strategic merge of the maps that are patched here does the same. */
export const merged = (target: unknown, patch: unknown): unknown => {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export class FakeObjects {
  readonly #objects = new Map<string, Stored>();
  readonly #listeners: Listener[] = [];

  /** Told of each change, the status alone excepted. */
  watch(listener: Listener): void {
    this.#listeners.push(listener);
  }

  get(ref: Ref): Stored | undefined {
    return this.#objects.get(keyOf(ref));
  }

  list(kind: string): Stored[] {
    return [...this.#objects.values()].filter((one) => one.kind === kind);
  }

  /** Writes it whole; the generation grows with the spec, a status that is left out stays. */
  put(object: Stored): void {
    const ref = refOf(object);
    const before = this.get(ref);
    const grown = before !== undefined && !same(before.spec, object.spec);
    const generation = (before?.metadata.generation ?? 1) + (grown ? 1 : 0);
    const status = object.status ?? before?.status;
    const after = structuredClone({
      ...object,
      metadata: { ...object.metadata, generation },
      ...(status === undefined ? {} : { status }),
    });
    this.#objects.set(keyOf(ref), after);
    const { status: _old, ...was } = before ?? {};
    const { status: _new, ...is } = after;
    if (!same(was, is)) this.#tell(ref, after);
  }

  /** Writes what is said of it, as a server-side apply of one owner does: what it never said stays. */
  apply(manifest: Manifest): void {
    const before = this.get(refOf(manifest));
    const { status: _status, ...written } = before ?? ({} as Partial<Stored>);
    const metadata = merged(written.metadata ?? {}, manifest.metadata) as Stored['metadata'];
    this.put({ ...(written as Stored), ...structuredClone(manifest), metadata });
  }

  /** False: there is no such object. */
  patch(ref: Ref, patch: unknown): boolean {
    const before = this.get(ref);
    if (before === undefined) return false;
    this.put(merged(before, patch) as Stored);
    return true;
  }

  /** Changes the status alone: nobody is told. */
  setStatus(ref: Ref, status: unknown): void {
    const before = this.get(ref);
    if (before !== undefined) this.#objects.set(keyOf(ref), structuredClone({ ...before, status }));
  }

  remove(ref: Ref): void {
    if (this.#objects.delete(keyOf(ref))) this.#tell(ref, undefined);
  }

  #tell(ref: Ref, object: Stored | undefined): void {
    for (const listener of this.#listeners) listener(ref, object);
  }
}
