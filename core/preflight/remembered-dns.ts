// The public DNS, asked each question once in a while; and not asked any more where it does not answer. It must never
// know what an answer means.
import type { Clock } from '../ports.ts';
import type { DnsAnswer, PublicDns } from './ports.ts';

/** A person who mends a record and asks for a new try is not to be told yesterday's news. */
const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 2_000;
const GIVE_UP_AFTER = 3;
const SILENT_MS = 60_000;

/** A wrapper over `dns`: after three questions in a row without an answer, none is asked for a minute. */
export const rememberedDns = (dns: PublicDns, clock: Clock): PublicDns => {
  const known = new Map<string, { at: number; answer: Promise<DnsAnswer<unknown>> }>();
  let failures = 0;
  let silentUntil = 0;
  const first = async <T>(question: string, at: number, run: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> => {
    const answer = await run();
    failures = answer.kind === 'failed' ? failures + 1 : 0;
    if (answer.kind === 'failed') known.delete(question);
    if (failures >= GIVE_UP_AFTER) {
      failures = 0;
      silentUntil = at + SILENT_MS;
    }
    return answer;
  };
  const ask = <T>(question: string, run: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> => {
    const at = clock.now().getTime();
    const before = known.get(question);
    if (before !== undefined && at - before.at < REMEMBERED_MS) return before.answer as Promise<DnsAnswer<T>>;
    if (at < silentUntil) return Promise.resolve({ kind: 'failed', why: 'the resolver does not answer' });
    if (known.size >= MOST_REMEMBERED) known.clear();
    const answer = first(question, at, run);
    known.set(question, { at, answer });
    return answer;
  };
  return {
    caa: (name) => ask(`CAA ${name}`, () => dns.caa(name)),
    txt: (name) => ask(`TXT ${name}`, () => dns.txt(name)),
    hosts: (question) => ask(`${question.type} ${question.name}`, () => dns.hosts(question)),
  };
};
