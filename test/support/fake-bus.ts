// The event bus in memory: keeps what was published, in order, repetitions too, and takes nothing that is not of the shape
// that docs/events/ promises. It must never deliver anything.
import { factOf, type ResultEvent } from '#core/events.ts';
import { DETAILS } from '#core/facts/details.ts';
import type { EventBus } from '#core/ports.ts';
import { type Hook, hooked, noHook } from './hooks.ts';

export interface FakeBus extends EventBus {
  /** Throws, where anything was to be published in another shape than the table's. */
  published(): readonly ResultEvent[];
}

/** Why an event, as its subscribers get it, is not what docs/events/ promises; undefined: it is. */
export const misshapen = ({ detailType, detail }: Pick<ResultEvent, 'detailType' | 'detail'>): string | undefined => {
  const kind = factOf(detailType);
  if (kind === undefined) return `${detailType} is no fact of the table`;
  const { error } = DETAILS[kind].safeParse(JSON.parse(JSON.stringify(detail)));
  return error === undefined ? undefined : `${detailType} ${JSON.stringify(detail)}: ${error.message}`;
};

export const fakeBus = ({ hook = noHook }: { hook?: Hook } = {}): FakeBus => {
  const events: ResultEvent[] = [];
  const refused: string[] = [];
  return {
    publish: (event) =>
      hooked(hook, { port: 'eventBus', method: 'publish' }, () => {
        const wrong = misshapen(event);
        if (wrong !== undefined) refused.push(wrong);
        if (wrong !== undefined) throw new Error(wrong);
        events.push(structuredClone(event));
      }),
    published: () => {
      if (refused[0] !== undefined) throw new Error(refused[0]);
      return structuredClone(events);
    },
  };
};
