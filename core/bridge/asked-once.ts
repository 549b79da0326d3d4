// A cluster that does not answer is asked once an invocation: whoever comes after the first gets the same error.
import { asEvercertError, type EvercertError } from '../errors.ts';
import type { ClusterApi, Workloads } from './ports.ts';

/** So many without an answer, after others were answered: it has gone down meanwhile. */
const IN_A_ROW = 3;
const OF_THE_WHOLE_CLUSTER: readonly string[] = ['CLUSTER_UNREACHABLE', 'CLUSTER_UNTRUSTED', 'CLUSTER_UNAUTHORIZED'];

/** The first request goes alone, all others wait for its answer. */
export const askedOnce = (api: ClusterApi, workloads: Workloads): { api: ClusterApi; workloads: Workloads } => {
  let down: EvercertError | undefined;
  let first: Promise<unknown> | undefined;
  let answered = false;
  let unanswered = 0;
  const attempt = async <R>(ask: () => Promise<R>): Promise<R> => {
    if (down !== undefined) throw down;
    const [answer] = await Promise.allSettled([ask()]);
    const error = answer.status === 'fulfilled' ? undefined : asEvercertError(answer.reason);
    const isAnswer = error === undefined || !OF_THE_WHOLE_CLUSTER.includes(error.code);
    answered ||= isAnswer;
    unanswered = isAnswer ? 0 : unanswered + 1;
    // One refused for its load among many that are answered is that target's own bad luck.
    if (!isAnswer && (!answered || error.code !== 'CLUSTER_UNREACHABLE' || unanswered >= IN_A_ROW)) down = error;
    if (answer.status === 'fulfilled') return answer.value;
    throw error;
  };
  const gated = async <R>(ask: () => Promise<R>): Promise<R> => {
    if (first !== undefined) {
      await Promise.allSettled([first]);
      return attempt(ask);
    }
    const alone = attempt(ask);
    first = alone;
    return alone;
  };
  return {
    api: {
      externalSecret: (at) => gated(() => api.externalSecret(at)),
      annotate: (change) => gated(() => api.annotate(change)),
      held: (at) => gated(() => api.held(at)),
    },
    workloads: { restart: (at) => gated(() => workloads.restart(at)) },
  };
};
