// The self-signed stand-in that a new secret may begin with (annotation cert-manager.io/issue-temporary-certificate): for
// readers who cannot start without a pair. It must never be taken for a certificate of ours.
import { DEFAULT_DURATION_MS } from '../declaration/defaults.ts';
import type { CertificateSpec } from '../declaration/model.ts';
import { firstVersionToken, sha256Hex } from '../names.ts';
import { Sealed } from '../sealed.ts';
import { leafFacts, parseChain } from './chain.ts';
import { contentOf } from './content.ts';
import type { CertificateMaker, KeyMaker } from './ports.ts';

/** Mark of the value; a reader who must not take a stand-in looks for it. */
export const TEMPORARY = 'temporary';

/** What readers ask of every version: the manifests' annotations, and the proof of a delivery. */
const facts = (chainPem: string, uid: string): object => {
  const [leaf] = parseChain(chainPem);
  if (leaf === undefined) return {};
  const { notBefore, notAfter, serial, fingerprint, issuer } = leafFacts(leaf);
  const dates = { 'not-before': notBefore, 'not-after': notAfter };
  return { ...dates, serial, sha256: fingerprint, issuer, 'version-id': firstVersionToken(uid) };
};

/** As long as what is asked for, as cert-manager's. No CA, whatever is declared. */
export const temporaryValue = async (
  given: { readonly certificate: string; readonly uid: string; readonly spec: CertificateSpec; readonly now: Date },
  by: { readonly keys: KeyMaker; readonly certificates: CertificateMaker },
): Promise<Sealed<string>> => {
  const { certificate, uid, spec, now } = given;
  const key = await by.keys.make(spec.privateKey);
  const serial = Buffer.from(sha256Hex(`temporary ${uid}`).slice(0, 32), 'hex');
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const { nameConstraints: _none, ...content } = contentOf(spec);
  const chainPem = await by.certificates.sign({
    content: { ...content, isCa: false },
    key,
    signer: 'self',
    serial: new Uint8Array(serial),
    notBefore: now,
    notAfter: new Date(now.getTime() + (spec.durationMs ?? DEFAULT_DURATION_MS)),
    urls: {},
  });
  return new Sealed(
    JSON.stringify({
      evercert: TEMPORARY,
      certificate,
      message: `Self-signed, until the first certificate of ${certificate} is issued. Nobody trusts it.`,
      'tls.crt': chainPem,
      'tls.key': key.open(),
      ...facts(chainPem, uid),
    }),
  );
};
