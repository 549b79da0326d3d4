// Thresholds that certificates have crossed since they were last looked at, and the event of each. Pure: the id of an event
// follows from what it tells, so that a telling that is repeated is recognised.
import { type FactKind, factEvent, type ResultEvent } from '../events.ts';
import { lateNotice } from '../facts/late-notice.ts';
import { sha256Hex } from '../names.ts';
import { isOverdue } from './fleet.ts';
import { LATENESS, type Lateness, latenessAt } from './life.ts';
import type { DatedLife } from './ports.ts';

/** Those that are told by an event. */
export type Late = Exclude<Lateness, 'in-time' | 'due'>;

export interface Crossing {
  readonly life: DatedLife;
  readonly lateness: Late;
}

const rank = (lateness: Lateness): number => LATENESS.indexOf(lateness);

/** The worst that was told of what is current; what was told of another version says nothing. */
const toldRank = ({ told, versionId }: DatedLife): number => (told?.versionId === versionId ? rank(told.lateness) : -1);

/** What has not been told yet, the worst first: of one that crossed several at once, the last. */
export const crossings = (lives: readonly DatedLife[], now: Date): readonly Crossing[] =>
  lives
    .map((life) => ({ life, lateness: latenessAt(life, now) }))
    .filter(({ life, lateness }) => isOverdue(lateness) && rank(lateness) > toldRank(life))
    .map(({ life, lateness }) => ({ life, lateness: lateness as Late }))
    .sort((a, b) => rank(b.lateness) - rank(a.lateness));

export const factOfLate = (lateness: Late): Extract<FactKind, 'overdue' | 'approaching' | 'expired'> => {
  if (lateness === 'expired') return 'expired';
  return lateness === 'emergency' ? 'approaching' : 'overdue';
};

export const crossingEvent = ({ life, lateness }: Crossing, at: Date): ResultEvent => {
  const { name: certificate, uid, issuer, renewAt, notAfter, versionId } = life;
  return factEvent(factOfLate(lateness), {
    id: sha256Hex(JSON.stringify(['late', uid, versionId, lateness])).slice(0, 32),
    at,
    certificate,
    uid,
    issuer,
    lateness,
    renewAt,
    notAfter,
    versionId,
    notice: lateNotice({ certificate, lateness, renewAt, notAfter }),
  });
};
