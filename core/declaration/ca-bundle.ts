// `caBundle`: base64 of PEM certificates, as Kubernetes carries bytes. It must never know whom it is trusted for.
import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    // Not DER of an X.509 certificate: the answer is no.
    return false;
  }
};

/** The PEM text, or why it is none. */
export const decodeCaBundle = (
  written: string,
): { readonly pem: string } | { readonly wrong: string; readonly hint: string } => {
  if (written.includes('-----BEGIN'))
    return { wrong: 'caBundle is PEM itself', hint: 'write the base64 of the PEM file: base64 -w0 ca.pem' };
  const compact = written.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact))
    return { wrong: 'caBundle is not base64', hint: 'write the base64 of the PEM file: base64 -w0 ca.pem' };
  const blocks = Buffer.from(compact, 'base64').toString('utf8').match(BLOCK) ?? [];
  if (blocks.length === 0)
    return { wrong: 'caBundle holds no PEM certificate', hint: 'encode the PEM file, not its DER form' };
  const broken = blocks.findIndex((block) => !isCertificate(block));
  if (broken >= 0)
    return { wrong: `certificate ${broken + 1} of caBundle cannot be parsed`, hint: 'export the CA certificate again' };
  return { pem: `${blocks.join('\n')}\n` };
};
