// What Pebble is to answer when it is asked for the renewal window of a certificate (its management interface). It must
// never ask itself.
import { request } from 'node:https';
import type { RunningPebble } from '#local/parts/pebble.ts';

/** `answer` goes out as it is, malformed or not. */
export const setRenewalInfo = (pebble: RunningPebble, leafPem: string, answer: string): Promise<void> =>
  new Promise((done, fail) => {
    const post = request(
      `${pebble.managementUrl}/set-renewal-info/`,
      { method: 'POST', ca: pebble.caPem, agent: false, headers: { 'user-agent': 'test' } },
      (response) => {
        response.resume();
        if (response.statusCode === 200) done();
        else fail(new Error(`Pebble took no renewal information: ${response.statusCode}`));
      },
    );
    post.on('error', fail);
    post.end(JSON.stringify({ Certificate: leafPem, ARIResponse: answer }));
  });

/** An answer with this window, days from now. */
export const windowText = (days: readonly [from: number, to: number], explanationURL?: string): string => {
  const [start, end] = days.map((day) => new Date(Date.now() + day * 86_400_000).toISOString());
  return JSON.stringify({ suggestedWindow: { start, end }, explanationURL });
};
