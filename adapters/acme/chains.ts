// Which of the chains that a CA offers is taken (RFC 8555 section 7.4.2; cert-manager's preferredChain).
// It must never fetch one.
import { X509Certificate } from 'node:crypto';
import { EvercertError } from '#core/errors.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The chain as the CA sent it, leaf first, with nothing around it; CA_PROTOCOL when there is no certificate in it. */
export const pemChain = (body: string, url: string): string => {
  const certificates = body.match(CERTIFICATE);
  if (certificates !== null) return `${certificates.map((pem) => pem.trim()).join('\n')}\n`;
  throw new EvercertError('CA_PROTOCOL', `${url} answered no certificate`, { detail: { action: url } });
};

/** Common name of the issuer of the topmost certificate, which names the root that the chain leads to. */
export const topmostIssuer = (chain: string, url: string): string | undefined => {
  const top = chain.match(CERTIFICATE)?.at(-1);
  try {
    return new X509Certificate(top ?? '').issuer.match(/^CN=(.*)$/m)?.[1];
  } catch (cause) {
    throw new EvercertError('CA_PROTOCOL', `${url} answered an unreadable chain`, { detail: { action: url }, cause });
  }
};

/** URLs of the other chains: Link headers with rel="alternate", in the CA's order (RFC 8288). */
export const alternateUrls = (link: string | undefined, base: string): readonly string[] =>
  [...(link ?? '').matchAll(/<([^>]*)>\s*((?:;[^,<]*)*)/g)].flatMap(([, url, parameters]) => {
    const isAlternate = /;\s*rel\s*=\s*"?[^";]*\balternate\b/i.test(parameters ?? '');
    const absolute = isAlternate ? URL.parse(url ?? '', base) : null;
    return absolute === null ? [] : [absolute.href];
  });
