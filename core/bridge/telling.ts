// What is told of a delivery: events whose ids are the same however often they are told. It must never hold a PEM.
import { DETAIL_TYPES, type ResultEvent } from '../events.ts';
import { sha256Hex } from '../names.ts';
import type { Delivery, Held } from './model.ts';

const eventId = (what: 'delivered' | 'undelivered', { target, wanted }: Delivery): string =>
  sha256Hex(
    JSON.stringify([what, target.cluster, target.certificate, target.namespace, wanted.versionId, wanted.since]),
  ).slice(0, 32);

const about = ({ target, wanted }: Delivery) => ({
  schema: 1 as const,
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
): ResultEvent => ({
  detailType: DETAIL_TYPES.delivered,
  at,
  detail: {
    ...about(delivery),
    id: eventId('delivered', delivery),
    at: at.toISOString(),
    serial: held.serial,
    notAfter: held.notAfter,
    afterMs,
  },
});

/** The cluster does not hold what is wanted, and why. */
export const undeliveredEvent = (
  delivery: Delivery,
  { code, message, at }: { code: string; message: string; at: Date },
): ResultEvent => ({
  detailType: DETAIL_TYPES.undelivered,
  at,
  detail: { ...about(delivery), id: eventId('undelivered', delivery), at: at.toISOString(), code, message },
});
