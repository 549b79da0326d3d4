// A CA's secret read into a signing pair. Pure; what cannot be read is told without its text.
import { parseChain } from '../certificate/chain.ts';
import { isPlaceholder } from '../certificate/placeholder.ts';
import { EvercertError } from '../errors.ts';
import { Sealed } from '../sealed.ts';
import type { HandOver, SigningPair } from './ports.ts';

const unfit = (name: string, why: string): EvercertError =>
  new EvercertError('SIGNER_UNFIT', `the secret ${name} ${why}`, { detail: { offenders: [name] } });

const parsed = (name: string, value: Sealed<string>): Readonly<Record<string, unknown>> => {
  let found: unknown;
  try {
    found = JSON.parse(value.open());
  } catch {
    // The parser's own message quotes the text: it is not kept.
    throw unfit(name, 'is not JSON');
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) throw unfit(name, 'is no JSON object');
  return found as Record<string, unknown>;
};

const handOverOf = (properties: Readonly<Record<string, unknown>>): { handOver?: HandOver } => {
  const [previousVersionId, signsFrom] = [properties['previous-version-id'], properties['signs-from']];
  return typeof previousVersionId === 'string' && typeof signsFrom === 'string'
    ? { handOver: { previousVersionId, signsFrom } }
    : {};
};

const certificates = (name: string, pem: string) => {
  try {
    return parseChain(pem);
  } catch {
    throw unfit(name, 'has a tls.crt that cannot be parsed');
  }
};

/**
 * `tls.crt` (the CA certificate first), `tls.key`, and `ca.crt` where there is one. Undefined: there is no pair in it (yet),
 * or a stand-in. Errors: SIGNER_UNFIT.
 */
export const signingPairOf = (
  value: Sealed<string>,
  { name, versionId }: { name: string; versionId: string },
): SigningPair | undefined => {
  const properties = parsed(name, value);
  const { 'tls.crt': crt, 'tls.key': key, 'ca.crt': ca } = properties;
  if (typeof crt !== 'string' || typeof key !== 'string' || isPlaceholder(value.open())) return undefined;
  const [own, ...above] = certificates(name, crt);
  if (own === undefined) throw unfit(name, 'has no certificate in its tls.crt');
  return {
    versionId,
    certificatePem: own.toString(),
    chainPem: above.map((one) => one.toString()).join(''),
    key: new Sealed(key),
    ...(typeof ca === 'string' && ca !== '' ? { caPem: ca } : {}),
    ...handOverOf(properties),
  };
};
