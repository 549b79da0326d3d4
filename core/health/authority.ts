// When a CA that signs here should be looked at, by its own lifetime. Pure; a declared CA certificate is a certificate like
// others, and is late by its own row.
import type { AuthorityLife } from './ports.ts';

/** Less of its lifetime left: of ten years twenty months, of one year two months. */
const LEFT = 1 / 6;

/** Where nobody has said when it began, a year is taken for its lifetime. */
const UNTOLD_MS = 365 * 24 * 60 * 60_000;

/** Those that end soon and still sign something; `managed`: certificates by issuer, where they are counted. */
export const endingSoon = (
  all: readonly AuthorityLife[],
  { now, managed }: { now: Date; managed: Readonly<Record<string, number>> | undefined },
): readonly (AuthorityLife & { readonly dependents?: number })[] =>
  all.flatMap((authority) => {
    const end = new Date(authority.notAfter).getTime();
    const lifetime = authority.notBefore === undefined ? UNTOLD_MS : end - new Date(authority.notBefore).getTime();
    if (end - now.getTime() >= lifetime * LEFT) return [];
    const dependents = managed === undefined ? undefined : (managed[authority.issuer] ?? 0);
    if (dependents === 0) return [];
    return [{ ...authority, ...(dependents === undefined ? {} : { dependents }) }];
  });
