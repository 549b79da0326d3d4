// Where a cluster's API server is, and the CA that it is known by: read from the settings, once. It must never ask it.
import { X509Certificate } from 'node:crypto';
import { EvercertError } from '#core/errors.ts';
import type { ClusterSettings } from '#core/settings.ts';
import type { ApiServer } from './request.ts';

const wrong = (name: string, what: string): EvercertError =>
  new EvercertError('INTERNAL', `setting of the cluster ${name}: ${what}; aws eks describe-cluster tells it`);

const originOf = (name: string, endpoint: string): string => {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'https:') throw wrong(name, `endpoint is no https URL: ${endpoint}`);
  if (url.username !== '' || url.pathname !== '/' || url.search !== '')
    throw wrong(name, 'endpoint is more than a host and a port');
  return url.origin;
};

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const caOf = (name: string, data: string): string => {
  const text = Buffer.from(data, 'base64').toString('utf8');
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length === 0) throw wrong(name, 'certificateAuthorityData is not base64 of a PEM certificate');
  try {
    for (const pem of found) new X509Certificate(pem);
  } catch (cause) {
    throw new EvercertError('INTERNAL', wrong(name, 'certificateAuthorityData holds no certificate').message, {
      cause,
    });
  }
  return found.join('\n');
};

/** INTERNAL: something is missing or malformed. */
export const apiServerOf = (
  cluster: Pick<ClusterSettings, 'name' | 'endpoint' | 'certificateAuthorityData'>,
): ApiServer => {
  const { name, endpoint, certificateAuthorityData } = cluster;
  if (endpoint === undefined) throw wrong(name, 'endpoint is missing');
  if (certificateAuthorityData === undefined) throw wrong(name, 'certificateAuthorityData is missing');
  return { name, endpoint: originOf(name, endpoint), caPem: caOf(name, certificateAuthorityData) };
};
