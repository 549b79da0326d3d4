// Signatures over DER by Node's own crypto, and how X.509 names their algorithms (RFC 8017, 5758, 8410). It must never keep a key.
import { type KeyObject, sign as signCallback } from 'node:crypto';
import { promisify } from 'node:util';
import { algorithm, bitString, nothing, sequence } from '#core/certificate/write-der.ts';
import type { SignatureAlgorithm } from '#core/declaration/model.ts';

interface Algorithm {
  /** Undefined for Ed25519, which hashes by itself. */
  readonly hash: string | undefined;
  readonly identifier: Buffer;
}

const rsa = (hash: string, last: number): Algorithm => ({
  hash,
  identifier: algorithm(`1.2.840.113549.1.1.${last}`, nothing()),
});
const ecdsa = (hash: string, last: number): Algorithm => ({
  hash,
  identifier: algorithm(`1.2.840.10045.4.3.${last}`),
});

const ALGORITHMS: Readonly<Record<SignatureAlgorithm, Algorithm>> = {
  SHA256WithRSA: rsa('sha256', 11),
  SHA384WithRSA: rsa('sha384', 12),
  SHA512WithRSA: rsa('sha512', 13),
  ECDSAWithSHA256: ecdsa('sha256', 2),
  ECDSAWithSHA384: ecdsa('sha384', 3),
  ECDSAWithSHA512: ecdsa('sha512', 4),
  PureEd25519: { hash: undefined, identifier: algorithm('1.3.101.112') },
};

const BY_CURVE: Readonly<Record<string, SignatureAlgorithm>> = {
  prime256v1: 'ECDSAWithSHA256',
  secp384r1: 'ECDSAWithSHA384',
  secp521r1: 'ECDSAWithSHA512',
};

/** What a key signs with unless told; undefined: such keys do not sign certificates. */
const usual = ({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject) => {
  if (type === 'rsa') return 'SHA256WithRSA';
  if (type === 'ed25519') return 'PureEd25519';
  return type === 'ec' ? BY_CURVE[details?.namedCurve ?? ''] : undefined;
};

const family = (name: SignatureAlgorithm): string => name.replace(/SHA\d+|With/g, '');

/** The algorithm of a key: the wanted one where it fits the key. */
export const algorithmOf = (key: KeyObject, wanted?: SignatureAlgorithm): Algorithm | undefined => {
  const name = usual(key);
  if (name === undefined) return undefined;
  return ALGORITHMS[wanted !== undefined && family(wanted) === family(name) ? wanted : name];
};

const sign = promisify(signCallback);

/** SEQUENCE { what is signed, algorithm, signature }; in a thread of the pool. */
export const signedSequence = async (body: Buffer, { hash, identifier }: Algorithm, key: KeyObject): Promise<Buffer> =>
  sequence(body, identifier, bitString(await sign(hash, body, key)));
