// Record sets become resource records for the wire. It must never know which question they answer.
import type { Answer } from 'dns-packet';
import { parseTxt } from './presentation.ts';
import type { RecordSet } from './zone-data.ts';

/** The resource records of one set, owned by `owner`; a type or value that is not spoken here gives none. */
export function records(owner: string, set: RecordSet): Answer[] {
  return set.values.flatMap((value) => {
    const data = rdata(set.type, value);
    return data === undefined ? [] : [{ name: owner, type: set.type, class: 'IN', ttl: set.ttl, data } as Answer];
  });
}

const host = (name: string | undefined): string => (name ?? '').replace(/\.$/, '');

function rdata(type: string, value: string): unknown {
  const parts = value.trim().split(/\s+/);
  switch (type) {
    case 'TXT': {
      const txt = parseTxt(value);
      return 'strings' in txt ? txt.strings.map((text) => Buffer.from(text, 'latin1')) : undefined;
    }
    case 'A':
    case 'AAAA':
      return value.trim();
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return host(value.trim());
    case 'MX':
      return { preference: Number(parts[0]), exchange: host(parts[1]) };
    case 'SOA':
      return soaData(parts);
    case 'CAA':
      return { flags: Number(parts[0]), tag: parts[1], value: parts.slice(2).join(' ').replace(/^"|"$/g, '') };
    default:
      return undefined;
  }
}

const soaData = (parts: readonly string[]) => ({
  mname: host(parts[0]),
  rname: host(parts[1]),
  serial: Number(parts[2]),
  refresh: Number(parts[3]),
  retry: Number(parts[4]),
  expire: Number(parts[5]),
  minimum: Number(parts[6]),
});
