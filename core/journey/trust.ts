// Whether a row's `ca.crt` has fallen behind what its signer has told. Pure. It must never know how it is rendered anew.
import { signerOf } from '../declaration/issuer-types.ts';
import type { CertificateRow } from './row.ts';

/** The trust that the declared signer of this row has told last; what another signer told before is void. */
export const toldTrust = ({ signerTrust, declared }: Pick<CertificateRow, 'signerTrust' | 'declared'>) =>
  signerTrust !== undefined && signerTrust.signer === signerOf(declared.issuer) ? signerTrust.trust : undefined;

/**
 * The told trust that `ca.crt` of what is current does not carry yet; undefined: it does, or a version was rendered since
 * it was told. Rendering anew must write the told trust into `servedTrust`.
 */
export const trustToFollow = (row: CertificateRow): string | undefined => {
  const { current } = row.progress;
  const told = toldTrust(row);
  if (current === undefined || told === undefined) return undefined;
  return told === current.trust || told === current.servedTrust ? undefined : told;
};
