// present and settle: all values of an order in one change batch a zone, then INSYNC on the same change ids; and the way
// back, which removes only our own values.
import { byZone } from '../by-zone.ts';
import { asEvercertError, EvercertError } from '../errors.ts';
import type { Zone } from '../ports.ts';
import type { AcmePorts } from './context.ts';
import { lookAgain, type Stage, stageAgeMs } from './context.ts';
import { claimsOf } from './order-stages.ts';
import { SETTLE_DEADLINE_MS, settleGapMs } from './pace.ts';
import { type AcmeChallenge, enter } from './state.ts';

const recordsOf = (challenges: readonly AcmeChallenge[]): { name: string; value: string }[] =>
  challenges.map(({ txtName, txtValue }) => ({ name: txtName, value: txtValue }));

/** A DNS fault says which zone it is about: three of them open that zone's circuit. */
const inZone = async <T>(zone: Zone, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (thrown) {
    const error = asEvercertError(thrown);
    throw new EvercertError(error.code, error.message, { detail: { ...error.detail, zoneId: zone.id }, cause: thrown });
  }
};

export const present: Stage = async ({ ports, state, input }) => {
  const changes: { zone: Zone; changeId: string }[] = [];
  for (const { zone, items } of byZone(state.challenges)) {
    const records = recordsOf(items);
    const changeId = await inZone(zone, () => ports.dns.change({ zone, kind: 'upsert', records }));
    if (changeId !== undefined) changes.push({ zone, changeId });
  }
  return {
    kind: 'moved',
    state: enter(state, 'settle', input.now, { changes }),
    waitingFor: 'Route53 to report INSYNC',
  };
};

export const settle: Stage = async (step) => {
  const { ports, state, input } = step;
  const settled = await Promise.all(state.changes.map((change) => ports.dns.isSettled(change)));
  const changes = state.changes.filter((_, i) => !settled[i]);
  if (changes.length === 0) return { kind: 'moved', state: enter(state, 'answer', input.now, { changes: [] }) };
  if (stageAgeMs(step) > SETTLE_DEADLINE_MS)
    throw new EvercertError(
      'DNS_NOT_SETTLED',
      `Route53 change ${changes.map(({ changeId }) => changeId).join(', ')} is still PENDING after 10 min`,
      { detail: { zoneId: changes[0]!.zone.id } },
    );
  return lookAgain({ ...step, state: { ...state, changes } }, settleGapMs(state.looks), 'Route53 to report INSYNC');
};

/** Removes the values from their zones, then from the book; in this order, so that a crash leaves them in the book. */
export const removeValues = async (
  ports: AcmePorts,
  challenges: readonly AcmeChallenge[],
  holder: string,
): Promise<void> => {
  for (const { zone, items } of byZone(challenges))
    await ports.dns.change({ zone, kind: 'delete', records: recordsOf(items) });
  await ports.txt.forget(claimsOf(challenges, holder));
};
