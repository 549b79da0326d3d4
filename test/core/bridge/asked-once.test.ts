// A cluster that does not answer is asked once an invocation; one that stumbles is not given up.
import { describe, expect, it } from 'vitest';
import { askedOnce } from '#core/bridge/asked-once.ts';
import type { ClusterApi } from '#core/bridge/ports.ts';
import { EvercertError } from '#core/errors.ts';

const fault = (code: 'CLUSTER_UNREACHABLE' | 'CLUSTER_UNAUTHORIZED' | 'CLUSTER_FORBIDDEN') =>
  new EvercertError(code, code);

/** Answers by turns; the last answer stays. */
const scripted = (...answers: readonly (EvercertError | undefined)[]) => {
  let asked = 0;
  const held: ClusterApi['held'] = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    if (answer !== undefined) throw answer;
    return undefined;
  };
  const nothing = async () => undefined;
  const { api } = askedOnce({ held, externalSecret: nothing, annotate: async () => true }, { restart: nothing });
  const ask = async () => (await Promise.allSettled([api.held({ namespace: 'a', name: 'b' })]))[0]!.status;
  return { ask, asked: () => asked };
};

const down = fault('CLUSTER_UNREACHABLE');

describe('a cluster', () => {
  it('that never answers is asked once, by however many at once', async () => {
    const { ask, asked } = scripted(down);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await ask()).toBe('rejected');
    expect(asked()).toBe(1);
  });

  it('that does not know us any more is asked no more', async () => {
    const { ask, asked } = scripted(undefined, fault('CLUSTER_UNAUTHORIZED'));
    for (let i = 0; i < 5; i++) await ask();
    expect(asked()).toBe(2);
  });

  it('that refuses one request for its load is asked on', async () => {
    const { ask, asked } = scripted(undefined, down, undefined);
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push(await ask());
    expect(seen).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(asked()).toBe(4);
  });

  it('that goes down meanwhile is given up after three requests without an answer', async () => {
    const { ask, asked } = scripted(undefined, down);
    for (let i = 0; i < 9; i++) await ask();
    expect(asked()).toBe(4);
  });

  it('that forbids has answered: the next target may be allowed', async () => {
    const { ask, asked } = scripted(fault('CLUSTER_FORBIDDEN'));
    for (let i = 0; i < 3; i++) await ask();
    expect(asked()).toBe(3);
  });
});
