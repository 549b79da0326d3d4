// Private keys and certificate requests by Node's own crypto and acme-client's PKCS#10 writer.
// It must never keep a key, and never know what it is for.
import { createPrivateKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import acmeCrypto from 'acme-client/src/crypto/index.js';
import type { KeyMaker } from '#core/certificate/ports.ts';
import type { PrivateKeySpec } from '#core/declaration/model.ts';
import { Sealed } from '#core/sealed.ts';

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

const derOf = (pem: string): Uint8Array => {
  const body = pem.replace(/-----[^-]+-----/g, '').replace(/\s+/g, '');
  return new Uint8Array(Buffer.from(body, 'base64'));
};

export const nodeKeys: KeyMaker = {
  async make(spec) {
    return new Sealed(await makePem(spec));
  },

  /** RFC 2986; signed with SHA-256, and with SHA-384 or SHA-512 for P-384 and P-521. */
  async csr({ key, content }) {
    const { dnsNames } = content.names;
    const commonName = content.subject.flat().find(({ oid }) => oid === '2.5.4.3')?.value;
    // acme-client imports PKCS#8 only, and adds to the list that it is given.
    const pkcs8 = createPrivateKey(key.open()).export({ type: 'pkcs8', format: 'pem' });
    const names = { altNames: [...dnsNames], ...(commonName === undefined ? {} : { commonName }) };
    const [, pem] = await acmeCrypto.createCsr(names, pkcs8);
    return derOf(pem.toString('utf8'));
  },
};
