// Every version of every secret, and the private keys in them. It must never change a secret, nor print what it found.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import {
  GetSecretValueCommand,
  paginateListSecrets,
  paginateListSecretVersionIds,
} from '@aws-sdk/client-secrets-manager';
import type { Cloud } from '#local/cloud/options.ts';

export interface SecretVersion {
  readonly secret: string;
  readonly versionId: string;
  readonly labels: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The versions of one secret, also those without any label. */
export const versionsOf = async ({ directClients }: Cloud, secret: string): Promise<readonly SecretVersion[]> => {
  const client = directClients.secrets;
  const found: SecretVersion[] = [];
  const request = { SecretId: secret, IncludeDeprecated: true };
  for await (const { Versions = [] } of paginateListSecretVersionIds({ client }, request))
    for (const { VersionId, VersionStages: labels = [] } of Versions) {
      const { SecretString = '{}' } = await client.send(new GetSecretValueCommand({ SecretId: secret, VersionId }));
      found.push({ secret, versionId: VersionId!, labels, properties: JSON.parse(SecretString) });
    }
  return found;
};

export const allVersions = async (cloud: Cloud): Promise<readonly SecretVersion[]> => {
  const versions: SecretVersion[] = [];
  for await (const { SecretList = [] } of paginateListSecrets({ client: cloud.directClients.secrets }, {}))
    for (const { Name } of SecretList) versions.push(...(await versionsOf(cloud, Name!)));
  return versions;
};

const PRIVATE = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** The private keys of these versions, each once. */
export const privateKeysOf = (versions: readonly SecretVersion[]): readonly string[] => [
  ...new Set(
    versions
      .flatMap(({ properties }) => Object.values(properties))
      .filter((value): value is string => typeof value === 'string' && PRIVATE.test(value)),
  ),
];

const publicPart = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('hex');

/** Public keys of the staged keys of these versions, hex, one a version that holds one. */
export const stagedPublicKeys = (versions: readonly SecretVersion[]): string[] =>
  versions
    .map(({ properties }) => properties['staged-key'])
    .filter((value): value is string => typeof value === 'string')
    .map((pem) => publicPart(createPrivateKey(pem)));

export const publicKeyOf = (privatePem: string): string => publicPart(createPrivateKey(privatePem));
