// What the Secrets of a cluster hold and since when, as a pod would see them: told by the API's watch, never by polling. It
// must never know what they ought to hold.
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiEvent, ApiWatch } from './api-watch.ts';

export interface HeldSecret {
  readonly type: string;
  /** Decoded. */
  readonly data: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** When its data, or the annotation that names its version, was last seen to change. */
  readonly since: Date;
}

export interface SecretWatch {
  /** Undefined: there is none. */
  readonly held: (namespace: string, name: string) => HeldSecret | undefined;
  readonly stop: () => void;
}

const AGAIN_MS = 200;

const decoded = (data: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')]));

const sameIn = (one: HeldSecret, other: HeldSecret, versionAnnotation: string): boolean =>
  one.type === other.type &&
  one.annotations[versionAnnotation] === other.annotations[versionAnnotation] &&
  JSON.stringify(Object.entries(one.data).sort()) === JSON.stringify(Object.entries(other.data).sort());

/** One event into the map; what has not changed keeps its time. */
export const noted = (
  known: Map<string, HeldSecret>,
  { type, object }: ApiEvent,
  { now, versionAnnotation }: { readonly now: Date; readonly versionAnnotation: string },
): void => {
  if (type === 'ERROR' || type === 'BOOKMARK') return;
  const key = `${object.metadata.namespace}/${object.metadata.name}`;
  if (type === 'DELETED') return void known.delete(key);
  const { annotations = {} } = object.metadata;
  const next: HeldSecret = { type: object.type, data: decoded(object.data), annotations, since: now };
  const before = known.get(key);
  known.set(
    key,
    before !== undefined && sameIn(before, next, versionAnnotation) ? { ...next, since: before.since } : next,
  );
};

/** Follows all Secrets of a cluster until stopped; a server that is down is asked again until it is back. */
export const watchSecrets = (
  watch: ApiWatch,
  { versionAnnotation }: { readonly versionAnnotation: string },
): SecretWatch => {
  const known = new Map<string, HeldSecret>();
  const controller = new AbortController();
  const { signal } = controller;
  const follow = async (): Promise<void> => {
    const onEvent = (event: ApiEvent): void => noted(known, event, { now: new Date(), versionAnnotation });
    while (!signal.aborted) {
      // Down for a while is what a test does to it: the next connection tells everything anew.
      await watch({ path: '/api/v1/secrets', signal, onEvent }).catch(() => undefined);
      await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  void follow();
  return { held: (namespace, name) => known.get(`${namespace}/${name}`), stop: () => controller.abort() };
};
