// By what a stored version is trusted: a public CA's roots from outside; a private one's by the secret's `ca.crt`, held
// against what the CA itself has. It must never judge.
import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { parseChain } from '#core/certificate/chain.ts';
import type { CaSigner } from '#core/declaration/issuer-model.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { signerSecret } from '#core/names.ts';
import type { Cloud } from '../cloud/options.ts';
import type { StoredVersion } from '../cloud/secret-look.ts';
import type { Anchors } from './verify.ts';

type Look = Pick<Cloud, 'roots' | 'versions' | 'directClients' | 'outputs'>;

/** The CA's own certificates in each of its versions, and the roots above it. */
const ofDeclared = async (cloud: Look, certificate: string): Promise<readonly string[]> =>
  (await cloud.versions(certificate)).flatMap(({ chainPem, caPem = '' }) =>
    parseChain(`${chainPem}${caPem}`).map((one) => one.toString()),
  );

const ofReference = async ({ directClients, outputs }: Look, signer: CaSigner): Promise<readonly string[]> => {
  const command = new GetSecretValueCommand({ SecretId: signerSecret(outputs.secretsPrefix, signer) });
  try {
    const { SecretString: text = '{}' } = await directClients.secrets.send(command);
    const { 'tls.crt': own = '', 'ca.crt': above = '' } = JSON.parse(text) as Record<string, string>;
    return parseChain(`${own}\n${above}`).map((one) => one.toString());
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return [];
  }
};

/** Asked anew for each version: CAs come and go. */
export const anchorsOf = async (
  cloud: Look,
  { issuer }: DeclaredCertificate,
  { chainPem, caPem }: StoredVersion,
): Promise<Anchors> => {
  if (issuer.type === 'acme') return { kind: 'public', roots: await cloud.roots() };
  const own = { kind: 'private', caPem } as const;
  // Nobody stands above it.
  if (issuer.type === 'selfSigned') return { ...own, known: [chainPem] };
  if (issuer.type === 'awspca') return { ...own, known: await cloud.roots() };
  const { signer } = issuer.ca;
  const known = signer.kind === 'declared' ? ofDeclared(cloud, signer.certificate) : ofReference(cloud, signer);
  return { ...own, known: await known };
};
