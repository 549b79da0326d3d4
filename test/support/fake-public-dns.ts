// The public DNS in memory: what a test writes down, question by question; all else is without records. It must never
// throw, as the port says.
import type { CaaRecord, DnsAnswer, PublicDns } from '#core/preflight/ports.ts';

/** `CAA example.com`, `TXT _acme-challenge.example.com`, `NS example.com`, `A ns1.example.com` -> records, or what came instead. */
export type WrittenDns = Record<string, readonly string[] | 'absent' | 'failed'>;

const answered = <T>(found: readonly T[] | 'absent' | 'failed' | undefined): DnsAnswer<T> => {
  if (found === 'absent') return { kind: 'absent' };
  if (found === 'failed') return { kind: 'failed', why: 'ESERVFAIL' };
  return found === undefined || found.length === 0 ? { kind: 'none' } : { kind: 'records', records: found };
};

/** `0 issue "ca.test; accounturi=..."`, as a zone file has it. */
export const caaRecord = (text: string): CaaRecord => {
  const [, flags = '0', tag = '', value = ''] = /^(\d+) (\S+) "?(.*?)"?$/.exec(text) ?? [];
  return { critical: (Number(flags) & 128) !== 0, tag: tag.toLowerCase(), value };
};

export interface FakePublicDns extends PublicDns {
  /** Questions in the order in which they were asked. */
  readonly questions: readonly string[];
  readonly written: WrittenDns;
}

/** `seen` answers what is not written down: what stands in the fake zones. */
export const fakePublicDns = (
  written: WrittenDns = {},
  seen: { ns?(name: string): readonly string[]; txt?(name: string): readonly string[] } = {},
): FakePublicDns => {
  const questions: string[] = [];
  const look = (question: string, otherwise: readonly string[] | undefined) => {
    questions.push(question);
    return written[question] ?? otherwise;
  };
  return {
    questions,
    written,
    caa: async (name) => {
      const found = look(`CAA ${name}`, undefined);
      return answered(Array.isArray(found) ? found.map(caaRecord) : (found as 'absent' | 'failed' | undefined));
    },
    txt: async (name) => answered(look(`TXT ${name}`, seen.txt?.(name))),
    hosts: async ({ name, type }) => answered(look(`${type} ${name}`, type === 'NS' ? seen.ns?.(name) : undefined)),
  };
};
