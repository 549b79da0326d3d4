// The event bus in memory: keeps what was published, in order, repetitions too. It must never deliver anything.
import type { ResultEvent } from '#core/events.ts';
import type { EventBus } from '#core/ports.ts';
import { type Hook, hooked, noHook } from './hooks.ts';

export interface FakeBus extends EventBus {
  published(): readonly ResultEvent[];
}

export const fakeBus = ({ hook = noHook }: { hook?: Hook } = {}): FakeBus => {
  const events: ResultEvent[] = [];
  return {
    publish: (event) =>
      hooked(hook, { port: 'eventBus', method: 'publish' }, () => {
        events.push(structuredClone(event));
      }),
    published: () => structuredClone(events),
  };
};
