// One Secret becomes the first version of its certificate's secret, as the service would write it: the row's first run
// takes it over (core/journey/adopt.ts). It must never replace another certificate, nor touch a secret that is not ours.

import { leafFacts, parseChain } from '../certificate/chain.ts';
import { isPlaceholder } from '../certificate/placeholder.ts';
import { chainOf } from '../certificate/secret-value.ts';
import { EvercertError } from '../errors.ts';
import { bundleLabel, certificateSecret, TAG_CERTIFICATE, TAG_UID } from '../names.ts';
import type { Sealed } from '../sealed.ts';
import type { SecretSeen } from '../sweep/ports.ts';
import type { Fit, Refusal } from './fit.ts';
import type { ImportPorts, ImportSettings } from './ports.ts';

/** No revision of the service has it. */
const LABEL = bundleLabel(0);

export interface ToAdopt {
  /** `namespace/name` of the certificate. */
  readonly certificate: string;
  readonly fit: Fit;
}

const currentOf = ({ versions }: SecretSeen): string | undefined =>
  Object.keys(versions).find((id) => versions[id]!.includes('AWSCURRENT'));

/** Errors: SECRET_FOREIGN, SECRET_DELETED. */
const demandOurs = (name: string, certificate: string, seen: SecretSeen): void => {
  const owner = seen.tags[TAG_CERTIFICATE];
  const said = (code: 'SECRET_FOREIGN' | 'SECRET_DELETED', message: string) =>
    new EvercertError(code, message, { detail: { offenders: [name] } });
  if (owner !== certificate)
    throw said('SECRET_FOREIGN', `the secret ${name} ${owner === undefined ? 'has no tag of ours' : `is of ${owner}`}`);
  if (seen.deletedAt !== undefined) throw said('SECRET_DELETED', `the secret ${name} is scheduled for deletion`);
};

const heldBy = (value: Sealed<string>): { fingerprint: string; notAfter: string } | undefined => {
  try {
    const [leaf] = parseChain(chainOf(value)?.open() ?? '');
    return leaf && leafFacts(leaf);
  } catch {
    return undefined;
  }
};

/** What is current already: `same` as what is to be imported, a refusal, or undefined where nothing was issued yet. */
const judgeHeld = (value: Sealed<string> | undefined, { facts }: Fit): 'same' | Refusal | undefined => {
  if (value === undefined || isPlaceholder(value.open())) return undefined;
  const held = heldBy(value);
  if (held?.fingerprint === facts.fingerprint) return 'same';
  const message =
    held === undefined ? 'it holds something else' : `it holds ${held.fingerprint}, valid until ${held.notAfter}`;
  return { code: 'IMPORT_HELD', message };
};

/** Written under a label of its own, read back, made current by compare-and-set. A crash anywhere is made up for by a repetition. */
const write = async (
  { certificate, fit }: ToAdopt,
  seen: SecretSeen | undefined,
  { versions, labels, random }: ImportPorts,
  name: string,
) => {
  // Of a secret that is there its own: the row whose it is would only put it back.
  const uid = seen?.tags[TAG_UID] ?? random.uuid();
  const view = await versions.open({ name, certificate, uid });
  const versionId = await versions.put({ name, token: fit.token, label: LABEL, value: fit.value });
  const stored = await versions.read({ name, versionId });
  if (stored?.open() !== fit.value.open())
    throw new EvercertError('SECRET_UNAVAILABLE', `${certificate}: what was read back is not what was written`);
  await labels.promote({ name, versionId, fromVersionId: view.currentVersionId });
  await labels.drop({ name, labels: [{ label: LABEL, versionId }] });
};

/**
 * `adopted`: it is the first version now (on a dry run it would be); `already`: it was. Errors: SECRET_FOREIGN, SECRET_DELETED,
 * SECRET_CONTENTION (somebody else made another version current meanwhile), SECRET_TOO_LARGE and those of the secrets.
 */
export const adoptOne = async (
  one: ToAdopt,
  ports: ImportPorts,
  settings: Pick<ImportSettings, 'prefix' | 'dryRun'>,
): Promise<'adopted' | 'already' | Refusal> => {
  const name = certificateSecret(settings.prefix, one.certificate);
  const seen = await ports.look.look(name);
  const current = seen && currentOf(seen);
  if (seen !== undefined) demandOurs(name, one.certificate, seen);
  const value = current === undefined ? undefined : await ports.versions.read({ name, versionId: current });
  const held = judgeHeld(value, one.fit);
  if (held === 'same') return 'already';
  if (held !== undefined) return held;
  if (!settings.dryRun) await write(one, seen, ports, name);
  return 'adopted';
};
