// `privateKey` and `signatureAlgorithm`: which key is made, and how its request is signed. It must never know who certifies it.
import type { PrivateKeySpec, SignatureAlgorithm } from './model.ts';
import type { Finding } from './problem.ts';

interface WrittenKey {
  readonly algorithm?: string;
  readonly size?: number;
  readonly encoding?: string;
  readonly rotationPolicy?: string;
}

type Algorithm = PrivateKeySpec['algorithm'];

const ECDSA_SIZES = [256, 384, 521];
const RSA_SIZES = { min: 2048, max: 8192 };
const DEFAULT_SIZES: Readonly<Record<Algorithm, number>> = { RSA: 2048, ECDSA: 256, Ed25519: 256 };

const FITTING: Readonly<Record<Algorithm, readonly SignatureAlgorithm[]>> = {
  RSA: ['SHA256WithRSA', 'SHA384WithRSA', 'SHA512WithRSA'],
  ECDSA: ['ECDSAWithSHA256', 'ECDSAWithSHA384', 'ECDSAWithSHA512'],
  Ed25519: ['PureEd25519'],
};

const algorithmOf = (written: WrittenKey | undefined): Algorithm => {
  if (written?.algorithm === 'ECDSA' || written?.algorithm === 'Ed25519') return written.algorithm;
  return 'RSA';
};

const checkSize = (written: WrittenKey | undefined, algorithm: Algorithm): Finding[] => {
  const size = written?.size;
  if (!size || algorithm === 'Ed25519') return [];
  const fits = algorithm === 'ECDSA' ? ECDSA_SIZES.includes(size) : size >= RSA_SIZES.min && size <= RSA_SIZES.max;
  if (fits) return [];
  const allowed = algorithm === 'ECDSA' ? ECDSA_SIZES.join(', ') : `${RSA_SIZES.min} to ${RSA_SIZES.max}`;
  const message = `${size} is no size of ${algorithm === 'ECDSA' ? 'an ECDSA' : 'an RSA'} key`;
  return [{ code: 'KEY_SIZE_INVALID', path: ['spec', 'privateKey', 'size'], message, hint: `allowed: ${allowed}` }];
};

/** cert-manager's defaults filled in; an Ed25519 key has one size and one encoding, whatever is written. Code: KEY_SIZE_INVALID. */
export const checkPrivateKey = (
  written: WrittenKey | undefined,
): { readonly value: PrivateKeySpec; readonly findings: readonly Finding[] } => {
  const algorithm = algorithmOf(written);
  const pkcs8 = written?.encoding === 'PKCS8' || algorithm === 'Ed25519';
  return {
    value: {
      algorithm,
      size: algorithm === 'Ed25519' ? DEFAULT_SIZES.Ed25519 : written?.size || DEFAULT_SIZES[algorithm],
      encoding: pkcs8 ? 'PKCS8' : 'PKCS1',
      rotationPolicy: written?.rotationPolicy === 'Never' ? 'Never' : 'Always',
    },
    findings: checkSize(written, algorithm),
  };
};

/** Code: SIGNATURE_ALGORITHM_INVALID. */
export const checkSignatureAlgorithm = (
  written: string | undefined,
  { algorithm }: Pick<PrivateKeySpec, 'algorithm'>,
): { readonly value: SignatureAlgorithm | undefined; readonly findings: readonly Finding[] } => {
  if (written === undefined || written === '') return { value: undefined, findings: [] };
  const value = FITTING[algorithm].find((one) => one === written);
  if (value !== undefined) return { value, findings: [] };
  const message = `an ${algorithm} key cannot sign with ${written}`;
  const hint = `allowed: ${FITTING[algorithm].join(', ')}`;
  const finding: Finding = { code: 'SIGNATURE_ALGORITHM_INVALID', path: ['spec', 'signatureAlgorithm'], message, hint };
  return { value: undefined, findings: [finding] };
};
