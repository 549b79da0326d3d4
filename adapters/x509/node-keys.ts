// Private keys by Node's own crypto, and the port that also makes requests with them.
// It must never keep a key, and never know what it is for.
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyMaker } from '#core/certificate/ports.ts';
import type { PrivateKeySpec } from '#core/declaration/model.ts';
import { Sealed } from '#core/sealed.ts';
import { certificateRequest } from './request.ts';

type KeySpec = Pick<PrivateKeySpec, 'algorithm' | 'size' | 'encoding'>;

const generate = promisify(generateKeyPair);

/** In a thread of the pool: RSA 4096 takes seconds. PKCS1 of an ECDSA key is SEC 1 ("EC PRIVATE KEY"), as cert-manager has it. */
const makePem = async ({ algorithm, size, encoding }: KeySpec): Promise<string> => {
  if (algorithm === 'Ed25519') {
    const options = { privateKeyEncoding: { type: 'pkcs8', format: 'pem' } as const };
    return (await generate('ed25519', { ...options, publicKeyEncoding: { type: 'spki', format: 'pem' } })).privateKey;
  }
  if (algorithm === 'RSA') {
    const pkcs = encoding === 'PKCS1' ? ('pkcs1' as const) : ('pkcs8' as const);
    const options = { modulusLength: size, privateKeyEncoding: { type: pkcs, format: 'pem' as const } };
    return (await generate('rsa', { ...options, publicKeyEncoding: { type: 'spki', format: 'pem' } })).privateKey;
  }
  const type = encoding === 'PKCS1' ? ('sec1' as const) : ('pkcs8' as const);
  const options = { namedCurve: `P-${size}`, privateKeyEncoding: { type, format: 'pem' as const } };
  return (await generate('ec', { ...options, publicKeyEncoding: { type: 'spki', format: 'pem' } })).privateKey;
};

export const nodeKeys: KeyMaker = {
  async make(spec) {
    return new Sealed(await makePem(spec));
  },
  csr: certificateRequest,
};
