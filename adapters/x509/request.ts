// Certificate requests (PKCS#10, RFC 2986). It must never know which CA reads them.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyMaker } from '#core/certificate/ports.ts';
import { integer, oid, sequence, setOf, tagged } from '#core/certificate/write-der.ts';
import { EvercertError } from '#core/errors.ts';
import { requestedExtensions } from './extensions.ts';
import { distinguishedName } from './names.ts';
import { algorithmOf, signedSequence } from './signature.ts';

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** DER. Errors: KEY_UNFIT (a kind of key that signs no requests). */
export const certificateRequest: KeyMaker['csr'] = async ({ key, content, usages }) => {
  const privateKey = createPrivateKey(key.open());
  const algorithm = algorithmOf(privateKey, content.signatureAlgorithm);
  if (algorithm === undefined) throw new EvercertError('KEY_UNFIT', 'the key is of a kind that signs no requests');
  const extensions = requestedExtensions(content, usages);
  const attributes = extensions.length === 0 ? [] : [sequence(oid(EXTENSION_REQUEST), setOf(sequence(...extensions)))];
  const body = sequence(
    integer(0),
    distinguishedName(content.subject),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    tagged(0xa0, ...attributes),
  );
  return new Uint8Array(await signedSequence(body, algorithm, privateKey));
};
