// The self-signed stand-in that a new secret may begin with (annotation cert-manager.io/issue-temporary-certificate): for
// readers who cannot start without a pair. It must never be taken for a certificate of ours.
import type { CertificateSpec } from '../declaration/model.ts';
import { sha256Hex } from '../names.ts';
import { Sealed } from '../sealed.ts';
import { contentOf } from './content.ts';
import type { CertificateMaker, KeyMaker } from './ports.ts';

const DAY = 24 * 60 * 60_000;

/** Mark of the value; a reader who must not take a stand-in looks for it. */
export const TEMPORARY = 'temporary';

/** As long as what is asked for, as cert-manager's (its default: 90 days). No CA, whatever is declared. */
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
    notAfter: new Date(now.getTime() + (spec.durationMs ?? 90 * DAY)),
    urls: {},
  });
  return new Sealed(
    JSON.stringify({
      evercert: TEMPORARY,
      certificate,
      message: `Self-signed, until the first certificate of ${certificate} is issued. Nobody trusts it.`,
      'tls.crt': chainPem,
      'tls.key': key.open(),
    }),
  );
};
