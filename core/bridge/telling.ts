// What is told of a delivery: events whose ids are the same however often they are told. It must never hold a PEM.
import { factEvent, type ResultEvent } from '../events.ts';
import { undeliveredNotice } from '../facts/notice.ts';
import { sha256Hex } from '../names.ts';
import type { Delivery, Held } from './model.ts';

const eventId = (what: 'delivered' | 'undelivered', { target, wanted }: Delivery): string =>
  sha256Hex(
    JSON.stringify([what, target.cluster, target.certificate, target.namespace, wanted.versionId, wanted.since]),
  ).slice(0, 32);

const about = ({ target, wanted }: Delivery) => ({
  certificate: target.certificate,
  cluster: target.cluster,
  namespace: target.namespace,
  secret: target.secret,
  revision: wanted.revision,
  versionId: wanted.versionId,
  fingerprint: wanted.fingerprint,
});

/** The cluster holds what is wanted, as it was proven at `at`, `afterMs` after it became wanted. */
export const deliveredEvent = (
  delivery: Delivery,
  { held, at, afterMs }: { held: Held; at: Date; afterMs: number },
): ResultEvent =>
  factEvent('delivered', {
    ...about(delivery),
    id: eventId('delivered', delivery),
    at,
    serial: held.serial,
    notAfter: held.notAfter,
    afterMs,
  });

/** The cluster does not hold what is wanted, and why. */
export const undeliveredEvent = (
  delivery: Delivery,
  { code, message, at }: { code: string; message: string; at: Date },
): ResultEvent => {
  const what = { ...about(delivery), code, message };
  return factEvent('undelivered', {
    ...what,
    id: eventId('undelivered', delivery),
    at,
    notice: undeliveredNotice(what),
  });
};
