// One target in one cluster, as a person is shown it. Pure: the ledger's item in.
import { type Delivery, isDelivered } from '../bridge/model.ts';
import { CODES } from '../codes.ts';
import type { DeliveryView, ViewProblem } from './model.ts';
import { isCode } from './work.ts';

const problemOf = ({ failure, tryAt }: Delivery): ViewProblem | undefined =>
  failure === undefined
    ? undefined
    : {
        code: failure.code,
        message: failure.message,
        // An item that a later version wrote may name a code that this one does not know.
        fix: isCode(failure.code) ? CODES[failure.code].fix : 'see the runbook',
        since: failure.at,
        tries: failure.count,
        ...(tryAt === undefined ? {} : { nextTryAt: tryAt }),
      };

export const deliveryView = (delivery: Delivery): DeliveryView => {
  const { target, wanted, confirmed } = delivery;
  const isThere = isDelivered(delivery);
  const problem = isThere ? undefined : problemOf(delivery);
  const { cluster, namespace, secret } = target;
  return {
    cluster,
    namespace,
    secret,
    state: isThere ? 'delivered' : problem === undefined ? 'pending' : 'lagging',
    since: isThere && confirmed !== undefined ? confirmed.at : wanted.since,
    ...(confirmed === undefined ? {} : { versionId: confirmed.versionId, fingerprint: confirmed.fingerprint }),
    ...(isThere && confirmed !== undefined ? { seconds: Math.round(confirmed.afterMs / 100) / 10 } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
};
