// What a journey wants to arrive in which cluster: the target items that differ from what is declared. It must never know a
// cluster, nor hold up an issuance for one.
import { atOnce } from '../at-once.ts';
import type { Delivery, DeliverySpec, Target, Wanted } from '../bridge/model.ts';
import { save } from './claim.ts';
import type { CertificateRow, CurrentVersion } from './row.ts';
import type { Visit } from './visit.ts';

/** Sync looks by itself from then on; it is told at once by the event. */
const TRY_MS = 60_000;
/** Items that are written at once. */
const AT_ONCE = 5;
/** No revision: nothing was compared yet. */
const NOT_YET = -1;

/** Where the row is to be delivered to: none where it is retired. */
const targetsOf = ({ name, retiredAt, declared }: CertificateRow): readonly Target[] => {
  const { delivery, secretName } = declared.certificate;
  if (delivery === undefined || retiredAt !== undefined) return [];
  const { clusters, namespaces, namespaceSelector }: DeliverySpec = delivery;
  const kind = namespaceSelector === undefined ? 'ExternalSecret' : 'ClusterExternalSecret';
  return clusters.flatMap((cluster) =>
    (namespaceSelector === undefined ? namespaces : ['*']).map((namespace) => ({
      certificate: name,
      cluster,
      namespace,
      secret: secretName,
      kind,
    })),
  );
};

const isAt = (a: Target, b: Target): boolean => a.cluster === b.cluster && a.namespace === b.namespace;
const isSame = ({ target, wanted }: Delivery, asked: Target, { revision }: CurrentVersion): boolean =>
  target.secret === asked.secret && target.kind === asked.kind && wanted.revision >= revision;

const wantedOf = ({ revision, versionId, fingerprint }: CurrentVersion, since: Date): Wanted => ({
  revision,
  versionId,
  fingerprint,
  since: since.toISOString(),
});

const tryAtOf = ({ ports }: Visit): string => new Date(ports.clock.now().getTime() + TRY_MS).toISOString();

/** What the items were last compared with; a row that never had any makes no call. */
const isAimed = ({ generation, declared, progress: { aimed, current } }: CertificateRow): boolean =>
  aimed === undefined
    ? declared.certificate.delivery === undefined
    : aimed.generation === generation && aimed.revision === (current?.revision ?? 0);

/**
 * What the ledger knows of the row's targets. Before the first items are written that is remembered instead of asked, so that a
 * crash leaves none that a later declaration without clusters would not know of.
 */
const knownTargets = async (visit: Visit): Promise<readonly Delivery[]> => {
  const { name, generation, progress } = visit.row;
  if (progress.aimed !== undefined) return visit.ports.deliveries.ofCertificate(name);
  await save(visit, { kind: 'next', progress: { ...progress, aimed: { generation, revision: NOT_YET } } });
  return [];
};

/**
 * Makes, changes and drops the items that differ from what is declared and current; `since`: when that became current. Nothing
 * is asked where they were compared already. Errors: LEDGER_UNAVAILABLE, AWS_DENIED.
 */
export const aimDeliveries = async (visit: Visit, since: Date): Promise<void> => {
  const { row, ports } = visit;
  const { current } = row.progress;
  const targets = targetsOf(row);
  const isNothingToAim = current === undefined || targets.length === 0;
  if (isAimed(row) || (isNothingToAim && row.progress.aimed === undefined)) return;
  const known = await knownTargets(visit);
  for (const { target } of known)
    if (!targets.some((asked) => isAt(asked, target))) await ports.deliveries.drop(target);
  const missing = (current === undefined ? [] : targets).filter((target) => {
    const before = known.find((delivery) => isAt(delivery.target, target));
    return before === undefined || !isSame(before, target, current!);
  });
  await atOnce(AT_ONCE, missing, (target) =>
    ports.deliveries.aim({ target, wanted: wantedOf(current!, since), tryAt: tryAtOf(visit) }),
  );
  const { aimed: _before, ...progress } = visit.row.progress;
  const aimed = { generation: row.generation, revision: current?.revision ?? 0 };
  visit.row = { ...visit.row, progress: targets.length === 0 ? progress : { ...progress, aimed } };
};

/** The secret itself was repaired: each target is looked at again, also where it was confirmed. Errors: as above. */
export const aimAgain = async (visit: Visit): Promise<void> => {
  const { row, ports } = visit;
  const { current } = row.progress;
  if (current === undefined) return;
  const wanted = wantedOf(current, ports.clock.now());
  for (const target of targetsOf(row))
    await ports.deliveries.aim({ target, wanted, tryAt: tryAtOf(visit), again: true });
};

/** Before an issued version is announced; gives when to try again, where the ledger did not take it. */
export const aimIssued = async (visit: Visit, at: string): Promise<Date | undefined> => {
  const [aimed] = await Promise.allSettled([aimDeliveries(visit, new Date(at))]);
  if (aimed.status === 'fulfilled') return undefined;
  visit.ports.log.warn('the targets could not be written yet', { certificate: visit.row.name, error: aimed.reason });
  return new Date(visit.ports.clock.now().getTime() + TRY_MS);
};
