// Whether a value that was found in a secret is a certificate as the declaration asks for it: the same judge as for what
// a CA answers, against the value's own key. Pure.
import type { DeclaredCertificate } from '../declaration/model.ts';
import type { Sealed } from '../sealed.ts';
import { accept, type Judgement } from './accept.ts';
import { isPlaceholder } from './placeholder.ts';
import { anchorsOf, chainOf, keyFits, privateKeyOf } from './secret-value.ts';

export interface Wanted {
  readonly declared: Pick<DeclaredCertificate, 'certificate' | 'issuer'>;
  readonly now: Date;
}

const refused = (...reasons: string[]): Judgement => ({ accepted: false, reasons });

const judged = (value: Sealed<string>, key: Sealed<string>, chain: string, { declared, now }: Wanted): Judgement => {
  const wanted = declared.certificate.privateKey;
  if (!keyFits(key, wanted)) return refused(`the key is not ${wanted.algorithm} ${wanted.size}`);
  const caPem = anchorsOf(value);
  return accept(chain, { declared, key, now, ...(caPem === undefined ? {} : { caPem }) });
};

/** Accepted, with the leaf's facts; else why not. The value of a placeholder, or of anything else, is no certificate. */
export const adoptable = (value: Sealed<string>, wanted: Wanted): Judgement => {
  if (isPlaceholder(value.open())) return refused('nothing has been issued into it yet');
  const key = privateKeyOf(value);
  const chain = chainOf(value);
  if (key === undefined || chain === undefined) return refused('there is no tls.key or no tls.crt in it');
  try {
    return judged(value, key, chain.open(), wanted);
  } catch (cause) {
    // A parser's words about a private key stay here.
    return refused(`it cannot be read (${(cause as Error).name})`);
  }
};
