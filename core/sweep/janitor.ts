// Removes TXT values that a crash left behind: ours, written down in the book, and of a revision that is no longer at work.
import { byZone } from '../by-zone.ts';
import { asEvercertError, EvercertError } from '../errors.ts';
import type { CertificateRow } from '../journey/row.ts';
import { holderParts } from '../names.ts';
import type { Clock, DnsProvider, Log, RowReader, TxtBook, TxtClaim } from '../ports.ts';

export interface JanitorPorts {
  readonly clock: Clock;
  readonly rows: RowReader;
  readonly txt: TxtBook;
  readonly dns: DnsProvider;
  readonly log: Log;
}

/** A value that was wanted just now may be older than its row's last write. */
const GRACE_MS = 30_000;
const AT_MOST = 200;

/** 'unreadable': written by another version in another shape; whether it is at work, only that version knows. */
const rowOf = async ({ rows, log }: JanitorPorts, name: string): Promise<CertificateRow | undefined | 'unreadable'> => {
  try {
    return await rows.read(name);
  } catch (thrown) {
    if (!(thrown instanceof EvercertError) || thrown.code !== 'INTERNAL') throw thrown;
    log.warn('the values of a row that cannot be read are left alone', { certificate: name, error: thrown });
    return 'unreadable';
  }
};

/** A claim is left over when its row is not at work on that revision, or no longer wants it. */
const isLeftOver = async (ports: JanitorPorts, claim: TxtClaim): Promise<boolean> => {
  const { name, revision } = holderParts(claim.holder);
  const row = await rowOf(ports, name);
  if (row === 'unreadable') return false;
  const work = row?.progress.work;
  if (work === undefined || work.revision !== revision) return true;
  return JSON.stringify(work.segment ?? {}).includes(claim.value) === false && work.phase !== 'issue';
};

/** Gives how many values were removed; a zone that refuses is told and left for the next sweep. */
export const removeLeftovers = async (ports: JanitorPorts): Promise<number> => {
  const before = new Date(ports.clock.now().getTime() - GRACE_MS);
  const claims = await ports.txt.olderThan({ before, limit: AT_MOST });
  const judged = await Promise.all(claims.map(async (claim) => ({ claim, left: await isLeftOver(ports, claim) })));
  let removed = 0;
  for (const { zone, items: group } of byZone(judged.filter(({ left }) => left).map(({ claim }) => claim))) {
    try {
      await ports.dns.change({ zone, kind: 'delete', records: group.map(({ name, value }) => ({ name, value })) });
      await ports.txt.forget(group);
      removed += group.length;
      ports.log.info('left-over TXT values removed', { zone: zone.id, names: group.map(({ name }) => name) });
    } catch (thrown) {
      const error = asEvercertError(thrown);
      ports.log.warn('left-over TXT values could not be removed', { zone: zone.id, code: error.code, error });
    }
  }
  return removed;
};
