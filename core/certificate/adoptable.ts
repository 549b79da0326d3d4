// Whether a value that was found in a secret is a certificate as the declaration asks for it: the same judge as for what
// a CA answers, against the value's own key. Pure.
import type { CertificateSpec } from '../declaration/model.ts';
import type { Sealed } from '../sealed.ts';
import { accept, type Judgement } from './accept.ts';
import { isPlaceholder } from './placeholder.ts';
import { chainOf, keyFits, privateKeyOf } from './secret-value.ts';

const refused = (...reasons: string[]): Judgement => ({ accepted: false, reasons });

const judged = (key: Sealed<string>, chain: string, spec: CertificateSpec, now: Date): Judgement => {
  const wanted = spec.privateKey;
  if (!keyFits(key, wanted)) return refused(`the key is not ${wanted.algorithm} ${wanted.size}`);
  return accept(chain, { dnsNames: spec.dnsNames, key, now });
};

/** Accepted, with the leaf's facts; else why not. The value of a placeholder, or of anything else, is no certificate. */
export const adoptable = (value: Sealed<string>, spec: CertificateSpec, now: Date): Judgement => {
  if (isPlaceholder(value.open())) return refused('nothing has been issued into it yet');
  const key = privateKeyOf(value);
  const chain = chainOf(value);
  if (key === undefined || chain === undefined) return refused('there is no tls.key or no tls.crt in it');
  try {
    return judged(key, chain.open(), spec, now);
  } catch (cause) {
    // A parser's words about a private key stay here.
    return refused(`it cannot be read (${(cause as Error).name})`);
  }
};
