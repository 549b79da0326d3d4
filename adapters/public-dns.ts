// PublicDns by the resolver that Node brings along (c-ares). It must never judge what it is answered.
import { Resolver } from 'node:dns/promises';
import type { CaaRecord, DnsAnswer, PublicDns } from '#core/preflight/ports.ts';

/** A look that is worth little must cost little: two tries of one and a half and three seconds at most. */
const TIMEOUT_MS = 1_500;
const TRIES = 2;

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');

const answered = async <T>(ask: () => Promise<readonly T[]>): Promise<DnsAnswer<T>> => {
  try {
    const records = await ask();
    return records.length === 0 ? { kind: 'none' } : { kind: 'records', records };
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
    if (code === 'ENODATA') return { kind: 'none' };
    return code === 'ENOTFOUND' ? { kind: 'absent' } : { kind: 'failed', why: code };
  }
};

/** c-ares gives `{ critical, <tag>: value }`. */
const caaOf = ({
  critical,
  ...property
}: {
  readonly critical: number;
  readonly [tag: string]: unknown;
}): CaaRecord[] =>
  Object.entries(property)
    .filter(([tag]) => tag !== 'type')
    .map(([tag, value]) => ({ critical: (critical & 128) !== 0, tag: tag.toLowerCase(), value: String(value) }));

/** Asks `servers` (`ip:port`), or the system's resolvers when there are none. */
export const publicDns = ({ servers }: { readonly servers: readonly string[] }): PublicDns => {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers.length > 0) resolver.setServers([...servers]);
  return {
    caa: (name) => answered(async () => (await resolver.resolveCaa(name)).flatMap((record) => caaOf(record as never))),
    txt: (name) => answered(async () => (await resolver.resolveTxt(name)).map((strings) => strings.join(''))),
    hosts: ({ name, type }) =>
      answered(async () =>
        type === 'NS' ? (await resolver.resolveNs(name)).map(plain) : await resolver.resolve4(name),
      ),
  };
};
