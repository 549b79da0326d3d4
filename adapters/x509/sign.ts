// Certificates that we sign ourselves (RFC 5280 section 4.1). It must never decide what a certificate says, nor keep a key.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { children, extensionOf, readTlv } from '#core/certificate/der.ts';
import type { CertificateMaker, SigningRequest } from '#core/certificate/ports.ts';
import { explicit, integer, integerOf, sequence, time } from '#core/certificate/write-der.ts';
import { EvercertError } from '#core/errors.ts';
import { certificateExtensions } from './extensions.ts';
import { distinguishedName } from './names.ts';
import { algorithmOf, signedSequence } from './signature.ts';

const V3 = 2;
const SUBJECT_KEY_ID = '551d0e';

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

/** SHA-1 of the public key's bits (section 4.2.1.2, method 1). */
const keyIdOf = (spki: Buffer): Buffer => {
  const bits = children(readTlv(spki, 0)!.content)[1]!;
  return createHash('sha1').update(bits.content.subarray(1)).digest();
};

interface Issuer {
  /** DER of its name, byte by byte as in its certificate. */
  readonly name: Uint8Array;
  readonly keyId: Uint8Array;
  readonly key: KeyObject;
}

const unfit = (why: string): EvercertError => new EvercertError('SIGNER_UNFIT', `the CA's pair cannot sign: ${why}`);

/** DER of a certificate's subject: the sixth field of a v3 TBSCertificate. */
const subjectOf = (der: Uint8Array): Uint8Array => {
  const tbs = readTlv(readTlv(der, 0)!.content, 0)!.content;
  let at = 0;
  for (let field = 0; field < 5; field++) at = readTlv(tbs, at)!.next;
  return tbs.subarray(at, readTlv(tbs, at)!.next);
};

/** The parser's own words are not told: they are about a key. */
const readable = <T>(read: () => T, what: string): T => {
  try {
    return read();
  } catch {
    throw unfit(`its ${what} cannot be read`);
  }
};

const parentOf = ({ certificatePem, key }: Exclude<SigningRequest['signer'], 'self'>): Issuer => {
  const certificate = readable(() => new X509Certificate(certificatePem), 'certificate');
  const privateKey = readable(() => createPrivateKey(key.open()), 'key');
  if (!certificate.checkPrivateKey(privateKey)) throw unfit('its key is not that of its certificate');
  const told = extensionOf(certificate.raw, SUBJECT_KEY_ID);
  const keyId = told === undefined ? keyIdOf(spkiOf(privateKey)) : readTlv(told, 0)!.content;
  return { name: subjectOf(certificate.raw), keyId, key: privateKey };
};

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

const signed = async (request: SigningRequest): Promise<string> => {
  const { content, signer, serial, notBefore, notAfter, pathLength, urls } = request;
  const own = createPrivateKey(request.key.open());
  const spki = spkiOf(own);
  const subject = distinguishedName(content.subject);
  const subjectKeyId = keyIdOf(spki);
  const issuer = signer === 'self' ? { name: subject, keyId: subjectKeyId, key: own } : parentOf(signer);
  const algorithm = algorithmOf(issuer.key, signer === 'self' ? content.signatureAlgorithm : undefined);
  if (algorithm === undefined) throw unfit('its key is of a kind that signs no certificates');
  const extensions = certificateExtensions({ content, pathLength, subjectKeyId, authorityKeyId: issuer.keyId, urls });
  const body = sequence(
    explicit(0, integer(V3)),
    integerOf(serial),
    algorithm.identifier,
    issuer.name,
    sequence(time(notBefore), time(notAfter)),
    subject,
    spki,
    explicit(3, sequence(...extensions)),
  );
  return pem(await signedSequence(body, algorithm, issuer.key));
};

/** The port's one implementer: no library, no state. */
export const certificateMaker: CertificateMaker = { sign: signed };
