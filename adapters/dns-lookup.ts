// DnsLookup by the resolver that Node brings along (c-ares). It must never know what a name is looked up for.
import { Resolver } from 'node:dns/promises';
import { EvercertError } from '#core/errors.ts';
import type { DnsLookup } from '#core/ports.ts';

/** Two tries of two seconds and four at most: a look-up is paid for inside an invocation. */
const TIMEOUT_MS = 2_000;
const TRIES = 2;

/** Answers that say: no CNAME here (no data, or no such name). */
const ABSENT = new Set(['ENODATA', 'ENOTFOUND']);

const normal = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** Asks `servers` (`ip:port`), or the system's resolvers when there are none. Errors: DNS_LOOKUP_FAILED. */
export const dnsLookup = ({ servers }: { servers: readonly string[] }): DnsLookup => {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers.length > 0) resolver.setServers([...servers]);
  return {
    cname: async (name) => {
      try {
        const [target] = await resolver.resolveCname(name);
        return target === undefined ? undefined : normal(target);
      } catch (thrown) {
        const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown';
        if (ABSENT.has(code)) return undefined;
        throw new EvercertError('DNS_LOOKUP_FAILED', `CNAME of ${name}: ${code}`, {
          detail: { offenders: [name] },
          cause: thrown,
        });
      }
    },
  };
};
