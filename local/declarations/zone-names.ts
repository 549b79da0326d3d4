// Which hosted zones a folder's names lie in, where nobody says: the registrable domain of each. It must never make one.
import { getDomain } from 'tldts';

/** `a.b.example.co.uk` -> `example.co.uk`; below a private suffix (`github.io`) one label more, as its owner sees it. */
export const zoneNameOf = (dnsName: string): string => {
  const base = dnsName.replace(/^\*\./, '');
  return getDomain(base, { allowPrivateDomains: true }) ?? getDomain(base) ?? base;
};

/** The zones of these names, each once, sorted. */
export const zoneNamesOf = (dnsNames: readonly string[]): string[] => [...new Set(dnsNames.map(zoneNameOf))].sort();

/** The longest of these zones that covers a name. */
export const coveringZone = (dnsName: string, zones: Iterable<string>): string | undefined => {
  const base = dnsName.replace(/^\*\./, '');
  const covering = [...zones].filter((zone) => base === zone || base.endsWith(`.${zone}`));
  return covering.sort((a, b) => b.length - a.length)[0];
};
