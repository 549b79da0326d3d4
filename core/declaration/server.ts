// `acme.server`: the URL of an ACME directory (RFC 8555 section 7.1.1). It must never ask the server anything.
import type { Path } from './nodes.ts';
import type { Finding } from './problem.ts';

/** ACME CAs that the public web trusts, production and staging. */
const PUBLIC_CA_HOSTS =
  /(^|\.)(api\.letsencrypt\.org|acme\.zerossl\.com|pki\.goog|api\.buypass\.com|acme\.ssl\.com|acme\.digicert\.com|acme\.sectigo\.com|acme\.amazontrust\.com)$/;

const parse = (server: string): URL | undefined => (URL.canParse(server) ? new URL(server) : undefined);

/** True for the directories of CAs that obey the CA/Browser Forum. */
export const isPublicCa = (server: string): boolean => PUBLIC_CA_HOSTS.test(parse(server)?.hostname ?? '');

/** Codes: SERVER_INVALID, SERVER_RETIRED, SERVER_NOT_HTTPS (warning). */
export const checkServer = (server: string | undefined, path: Path): Finding[] => {
  if (server === undefined || server === '') return [];
  const url = parse(server);
  if (url === undefined || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(server.trim())) {
    const hint = "write the directory's URL, such as https://acme-v02.api.letsencrypt.org/directory";
    return [{ code: 'SERVER_INVALID', path, message: 'this is not the URL of an ACME directory', hint }];
  }
  if (/^acme(-staging|-v01)\.api\.letsencrypt\.org$/.test(url.hostname)) {
    const host = url.hostname.startsWith('acme-staging') ? 'acme-staging-v02' : 'acme-v02';
    const message = `${url.hostname} spoke ACME v1 and is gone`;
    return [{ code: 'SERVER_RETIRED', path, message, hint: `write https://${host}.api.letsencrypt.org/directory` }];
  }
  if (url.protocol === 'https:') return [];
  const message = 'the server is reached without TLS; RFC 8555 demands it';
  return [{ code: 'SERVER_NOT_HTTPS', path, message, hint: 'write https://, with caBundle for a private CA' }];
};
