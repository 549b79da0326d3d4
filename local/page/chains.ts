// The chain of what is current, from its secret: the public part alone is kept. It must never hold or return a private key.
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseChain } from '#core/certificate/chain.ts';
import type { CertificateDetail } from '#core/view/model.ts';

export type Chain = NonNullable<CertificateDetail['chain']>;

/** Node gives a name in lines, the least significant part first; RFC 4514 has commas and the other order. */
const inOneLine = (name: string | undefined): string => (name ?? '').split('\n').reverse().join(',');

export const chainFacts = (pem: string): Chain =>
  parseChain(pem).map((one) => ({
    subject: inOneLine(one.subject),
    issuer: inOneLine(one.issuer),
    notAfter: one.validToDate.toISOString(),
  }));

const readChain = async (
  client: SecretsManagerClient,
  version: { readonly secret: string; readonly versionId: string },
): Promise<Chain | undefined> => {
  const request = new GetSecretValueCommand({ SecretId: version.secret, VersionId: version.versionId });
  const { SecretString: text = '{}' } = await client.send(request);
  const { 'tls.crt': pem } = JSON.parse(text) as Record<string, unknown>;
  return typeof pem === 'string' ? chainFacts(pem) : undefined;
};

/** Reads each version once; undefined: it is not there (any more). */
export const chainReader = (client: SecretsManagerClient) => {
  const known = new Map<string, Chain>();
  return async (version: { readonly secret: string; readonly versionId: string }): Promise<Chain | undefined> => {
    const key = JSON.stringify([version.secret, version.versionId]);
    const chain = known.get(key) ?? (await readChain(client, version));
    if (chain !== undefined) known.set(key, chain);
    return chain;
  };
};
