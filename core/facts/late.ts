// The event of a certificate that has become so late: one for each version and lateness, with the same id however often it
// is told. Pure.
import { factEvent, type ResultEvent } from '../events.ts';
import { type Lateness, thresholdsOf } from '../health/life.ts';
import type { DatedLife } from '../health/ports.ts';
import { sha256Hex } from '../names.ts';
import { type Notice, plainNotice, readable, runbookAt } from './notice.ts';

/** What is told of a lateness; nothing is told of the others. */
const TOLD = {
  'overdue-warning': { kind: 'overdue', words: 'is overdue', heading: 'CERTIFICATE_OVERDUE_WARNING' },
  'overdue-critical': { kind: 'overdue', words: 'is long overdue', heading: 'CERTIFICATE_OVERDUE_CRITICAL' },
  emergency: { kind: 'approaching', words: 'is about to expire', heading: 'CERTIFICATE_OVERDUE_CRITICAL' },
  expired: { kind: 'expired', words: 'has expired', heading: 'CERTIFICATE_EXPIRED' },
} as const;
type ToldLateness = keyof typeof TOLD;

const isTold = (lateness: Lateness): lateness is ToldLateness => lateness in TOLD;

const noticeOf = (life: DatedLife, lateness: ToldLateness): Notice => {
  const { words, heading } = TOLD[lateness];
  const over = lateness === 'expired';
  const { renewAt } = thresholdsOf(life);
  return plainNotice({
    title: `${life.name} ${words}`,
    what: `${life.issuer} should have renewed it at ${readable(renewAt.toISOString())}, and has not`,
    still: over
      ? `nothing that checks certificates: it ended at ${readable(life.notAfter)}`
      : `the current certificate, until ${readable(life.notAfter)}`,
    next: 'it is tried again by itself, as its last failure says; each sweep looks at it',
    fix: "read the code of its last event Evercert Certificate Failed, or the certificate's page",
    runbook: runbookAt(heading),
  });
};

/** Undefined: of this lateness nobody is told. */
export const latenessEvent = (life: DatedLife, lateness: Lateness, at: Date): ResultEvent | undefined => {
  if (!isTold(lateness)) return undefined;
  const { name: certificate, uid, issuer, notAfter, versionId } = life;
  return factEvent(TOLD[lateness].kind, {
    id: sha256Hex(JSON.stringify([uid, versionId, lateness])).slice(0, 32),
    at,
    certificate,
    uid,
    issuer,
    lateness,
    renewAt: thresholdsOf(life).renewAt.toISOString(),
    notAfter,
    versionId,
    notice: noticeOf(life, lateness),
  });
};
