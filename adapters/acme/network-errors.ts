// A request that got no usable answer -> our errors: not trusted, not reachable, or not the protocol.
// It must never know of problem documents: those are answers.
import { EvercertError } from '#core/errors.ts';

/** OpenSSL's verdicts as Node names them (nodejs.org/api/tls.html#x509-certificate-error-codes), and the name check. */
const TRUST_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What axios throws for an answer that began well: a truncated or an oversized body. */
const BROKEN_ANSWER = new Set(['ERR_BAD_RESPONSE', 'ERR_FR_TOO_MANY_REDIRECTS']);

const fact = (thrown: unknown, key: 'code' | 'message'): string => {
  const value = thrown instanceof Error ? (thrown as Error & { code?: unknown })[key] : undefined;
  return typeof value === 'string' ? value : '';
};

/** Codes: CA_UNTRUSTED, CA_PROTOCOL, CA_UNREACHABLE. The cause is kept by its words only: axios errors carry the request. */
export const networkError = (thrown: unknown, url: string, timeoutMs: number): EvercertError => {
  const host = URL.parse(url)?.host ?? url;
  const code = fact(thrown, 'code');
  const words = [code, fact(thrown, 'message')].filter((part) => part !== '').join(': ');
  const options = { detail: { action: url } };
  if (TRUST_CODES.has(code)) return new EvercertError('CA_UNTRUSTED', `${host}: ${words}`, options);
  if (BROKEN_ANSWER.has(code)) return new EvercertError('CA_PROTOCOL', `${host} answered brokenly: ${words}`, options);
  if (code === 'ERR_CANCELED' || code === 'ECONNABORTED' || code === 'ABORT_ERR') {
    return new EvercertError('CA_UNREACHABLE', `${host} did not answer within ${timeoutMs} ms`, options);
  }
  return new EvercertError('CA_UNREACHABLE', `${host}: ${words}`, options);
};
