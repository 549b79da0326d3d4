// The External Secrets Operator's controller of ExternalSecrets, as the real one was seen to behave (0.20.4): what makes it
// look, what it writes, and what it says when it fails. It must never look before its time has come.

import { sha256Hex } from '#core/names.ts';
import type { Clock } from '#core/ports.ts';
import type { FakeObjects, Ref, Stored } from './fake-objects.ts';
import { type ReadValue, Refused, render } from './fake-render.ts';
import { isAsWritten, secretAfter } from './fake-secret-write.ts';

const MOST_BACKOFF_MS = 600_000;
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000 };

const durationMs = (text: string): number =>
  [...text.matchAll(/(\d+)(h|m|s)/g)].reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit!]!, 0);

const hashOf = (value: unknown): string => sha256Hex(JSON.stringify(value));

/** Generation and hash of labels and annotations: any change of them is a reason to look. */
const versionOf = ({ metadata }: Stored): string =>
  `${metadata.generation}-${hashOf([metadata.labels ?? {}, metadata.annotations ?? {}]).slice(0, 28)}`;

const targetName = ({ metadata, spec }: Stored): string => spec.target?.name ?? metadata.name;

interface Due {
  readonly ref: Ref;
  readonly at: number;
}

export interface OperatorOptions {
  readonly objects: FakeObjects;
  readonly clock: Clock;
  readonly read: ReadValue;
  /** From a change to the look. */
  readonly syncMs: number;
}

export class FakeOperator {
  /** A stopped one looks again at everything when it runs again. */
  running = true;
  readonly #given: OperatorOptions;
  readonly #due = new Map<string, Due>();
  readonly #failures = new Map<string, number>();
  readonly #events: { ref: Ref; message: string; at: string }[] = [];

  constructor(given: OperatorOptions) {
    this.#given = given;
    given.objects.watch((ref, object) => this.#changed(ref, object));
  }

  /** Warnings about an ExternalSecret, the newest last. */
  warnings({ namespace, name }: Omit<Ref, 'kind'>): readonly { readonly message: string; readonly at: string }[] {
    return this.#events.filter(({ ref }) => ref.namespace === namespace && ref.name === name);
  }

  /** Does what is due by now, in its order. */
  settle(): void {
    const now = this.#given.clock.now().getTime();
    for (;;) {
      const [next] = [...this.#due.values()].sort((a, b) => a.at - b.at);
      if (!this.running || next === undefined || next.at > now) return;
      this.#due.delete(JSON.stringify(next.ref));
      this.#reconcile(next.ref);
    }
  }

  #changed(ref: Ref, object: Stored | undefined): void {
    if (ref.kind === 'ExternalSecret') this.#enqueue(ref, this.#given.syncMs);
    if (ref.kind !== 'Secret') return;
    for (const es of this.#given.objects.list('ExternalSecret')) {
      const { namespace, name } = es.metadata;
      const watched = es.spec.target?.creationPolicy !== 'Orphan' || object === undefined;
      if (watched && namespace === ref.namespace && targetName(es) === ref.name)
        this.#enqueue({ kind: 'ExternalSecret', namespace, name }, this.#given.syncMs);
    }
  }

  #enqueue(ref: Ref, afterMs: number): void {
    const key = JSON.stringify(ref);
    const at = this.#given.clock.now().getTime() + afterMs;
    const known = this.#due.get(key);
    if (known === undefined || known.at > at) this.#due.set(key, { ref, at });
  }

  #wantsLook(es: Stored): boolean {
    const { refreshPolicy = 'Periodic', refreshInterval = '1h' } = es.spec;
    const { syncedResourceVersion, refreshTime } = es.status ?? {};
    if (syncedResourceVersion === undefined) return true;
    if (refreshPolicy === 'CreatedOnce') return false;
    const changed = syncedResourceVersion !== versionOf(es);
    if (refreshPolicy === 'OnChange') return changed;
    const intervalMs = durationMs(refreshInterval);
    if (intervalMs === 0) return false;
    const age = this.#given.clock.now().getTime() - new Date(refreshTime).getTime();
    return changed || age >= intervalMs;
  }

  #reconcile(ref: Ref): void {
    const es = this.#given.objects.get(ref);
    if (es === undefined) return;
    const at: Ref = { kind: 'Secret', namespace: es.metadata.namespace, name: targetName(es) };
    const secret = this.#given.objects.get(at);
    if (!this.#wantsLook(es) && this.#isIntact(es, secret)) {
      this.#again(ref, es);
      return;
    }
    try {
      this.#checkStore(es);
      const next = secretAfter({ es, at, secret, rendered: render(es.spec, this.#given.read) });
      if (next !== undefined) this.#given.objects.put(next);
      this.#succeeded(ref, es);
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      this.#failed(ref, es, thrown);
    }
  }

  /** By the hash of the data that it last wrote; its own annotations are not looked at. */
  #isIntact(es: Stored, secret: Stored | undefined): boolean {
    if (es.spec.target?.creationPolicy === 'None') return true;
    if (secret === undefined) return false;
    if (es.spec.target?.immutable === true) return true;
    return es.spec.target?.creationPolicy === 'Orphan' || isAsWritten(secret);
  }

  #checkStore({ spec, metadata }: Stored): void {
    const { kind = 'SecretStore', name } = spec.secretStoreRef ?? {};
    const place = kind === 'ClusterSecretStore' ? {} : { namespace: metadata.namespace };
    const store = this.#given.objects.get({ kind, ...place, name });
    const where = `error processing spec.data[0] (key: ${spec.data?.[0]?.remoteRef.key ?? ''}), err:`;
    const condition = 'could not get secret data from provider';
    if (store === undefined)
      throw new Refused({
        condition,
        event: `${where} could not get ${kind} "${name}", ${kind}.external-secrets.io "${name}" not found`,
      });
    const ready = store.status?.conditions?.find(({ type }: { type: string }) => type === 'Ready');
    if (ready?.status === 'False') throw new Refused({ condition, event: `${where} ${kind} "${name}" is not ready` });
  }

  #succeeded(ref: Ref, seen: Stored): void {
    const now = this.#given.clock.now();
    this.#failures.delete(JSON.stringify(ref));
    this.#given.objects.setStatus(ref, {
      ...seen.status,
      syncedResourceVersion: versionOf(seen),
      refreshTime: now.toISOString(),
      conditions: [{ type: 'Ready', status: 'True', reason: 'SecretSynced', message: 'secret synced' }],
    });
    this.#again(ref, this.#given.objects.get(ref)!);
  }

  #failed(ref: Ref, seen: Stored, { said }: Refused): void {
    const key = JSON.stringify(ref);
    const count = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, count);
    this.#events.push({ ref, message: said.event, at: this.#given.clock.now().toISOString() });
    const ready = { type: 'Ready', status: 'False', reason: 'SecretSyncedError', message: said.condition };
    this.#given.objects.setStatus(ref, { ...seen.status, conditions: [ready] });
    this.#enqueue(ref, Math.min(this.#given.syncMs * 2 ** count, MOST_BACKOFF_MS));
  }

  /** The next look of its own. */
  #again(ref: Ref, { spec, status }: Stored): void {
    const { refreshPolicy = 'Periodic', refreshInterval = '1h' } = spec;
    const intervalMs = durationMs(refreshInterval);
    if (refreshPolicy !== 'Periodic' || intervalMs === 0) return;
    const since = this.#given.clock.now().getTime() - new Date(status.refreshTime).getTime();
    this.#enqueue(ref, intervalMs - since);
  }
}
