// The key phase: a key lies staged in the secret before anything is ordered. It must never know which issuer follows.
import { expectedBytes, MAX_SECRET_BYTES } from '../certificate/expected-size.ts';
import { keyFits, privateKeyOf, stagedKeyValue } from '../certificate/secret-value.ts';
import { EvercertError } from '../errors.ts';
import type { Sealed } from '../sealed.ts';
import { adopted } from './adopt.ts';
import { keystorePasswords } from './stage-bundle.ts';
import { type StepResult, withWork } from './step.ts';
import { keyToken, labelsOf, openSecret, secretName, type Visit, workOf } from './visit.ts';

/** Errors: SECRET_TOO_LARGE. */
export const demandRoom = (visit: Visit): void => {
  const bytes = expectedBytes(visit.row.declared.certificate);
  if (bytes > MAX_SECRET_BYTES)
    throw new EvercertError(
      'SECRET_TOO_LARGE',
      `${visit.row.name}: about ${bytes} bytes expected, ${MAX_SECRET_BYTES} are the limit`,
    );
};

/** The current key, where the declaration wants it kept (`rotationPolicy: Never`). Errors: KEY_UNFIT. */
export const keptKey = async (visit: Visit): Promise<Sealed<string> | undefined> => {
  const spec = visit.row.declared.certificate.privateKey;
  const { current } = visit.row.progress;
  if (spec.rotationPolicy !== 'Never' || current === undefined) return undefined;
  const value = await visit.ports.versions.read({ name: secretName(visit), versionId: current.versionId });
  const key = value === undefined ? undefined : privateKeyOf(value);
  if (key === undefined || !keyFits(key, spec))
    throw new EvercertError(
      'KEY_UNFIT',
      `${visit.row.name}: rotationPolicy is Never, but the current key is not ${spec.algorithm} ${spec.size}`,
    );
  return key;
};

/** key: a key staged in the secret before anything is ordered; that proves too that the secret can be written. A certificate that lies there already is taken over instead. */
export const key = async (visit: Visit): Promise<StepResult> => {
  const spec = visit.row.declared.certificate;
  demandRoom(visit);
  const taken = await adopted(visit);
  if (taken !== undefined) return { kind: 'next', progress: { ...visit.row.progress, work: taken } };
  const view = await openSecret(visit);
  await keystorePasswords(visit);
  const token = keyToken(visit);
  if (view.versions[token] !== undefined)
    return { kind: 'next', progress: withWork(visit, { phase: 'issue', keyVersionId: token }) };
  const made = (await keptKey(visit)) ?? (await visit.ports.keys.make(spec.privateKey));
  const label = labelsOf(workOf(visit)).key;
  const staged = { name: secretName(visit), token, label, value: stagedKeyValue(made) };
  const keyVersionId = await visit.ports.versions.put(staged);
  // Only now: where another run was first, put refuses ours, and theirs is read back.
  visit.key = made;
  return { kind: 'next', progress: withWork(visit, { phase: 'issue', keyVersionId }) };
};
