// The versions of one certificate's secret that are real bundles, for proof and tests. It must never change a secret.
import {
  GetSecretValueCommand,
  paginateListSecretVersionIds,
  ResourceNotFoundException,
  type SecretsManagerClient,
  type SecretVersionsListEntry,
} from '@aws-sdk/client-secrets-manager';
import { fingerprint, parseChain } from '#core/certificate/chain.ts';
import { isOurLabel } from '#core/names.ts';

export interface StoredVersion {
  readonly versionId: string;
  readonly labels: readonly string[];
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly notAfter: string;
  readonly chainPem: string;
  readonly keyPem: string;
  /** `ca.crt`, where there is one. */
  readonly caPem?: string;
}

/** A staged bundle that nobody has made current carries our label alone. */
const isOnlyStaged = ({ VersionStages: labels = [] }: SecretVersionsListEntry): boolean =>
  labels.length > 0 && labels.every(isOurLabel);

const entriesOf = async (client: SecretsManagerClient, secret: string): Promise<SecretVersionsListEntry[]> => {
  const entries: SecretVersionsListEntry[] = [];
  const request = { SecretId: secret, IncludeDeprecated: true };
  try {
    for await (const page of paginateListSecretVersionIds({ client }, request)) entries.push(...(page.Versions ?? []));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return [];
  }
  const at = ({ CreatedDate }: SecretVersionsListEntry): number => CreatedDate?.getTime() ?? 0;
  return entries.filter((entry) => !isOnlyStaged(entry)).sort((a, b) => at(a) - at(b));
};

const bundleOf = (entry: SecretVersionsListEntry, text: string): StoredVersion | undefined => {
  const value = JSON.parse(text) as Record<string, unknown>;
  const { 'tls.crt': chainPem, 'tls.key': keyPem, 'ca.crt': caPem } = value;
  if (typeof chainPem !== 'string' || typeof keyPem !== 'string') return undefined;
  const leaf = parseChain(chainPem)[0];
  if (leaf === undefined) return undefined;
  return {
    versionId: entry.VersionId ?? '',
    labels: entry.VersionStages ?? [],
    fingerprint: fingerprint(leaf),
    notAfter: leaf.validToDate.toISOString(),
    chainPem,
    keyPem,
    ...(typeof caPem === 'string' ? { caPem } : {}),
  };
};

/** Every bundle that is or was current, oldest first; a placeholder or a staged key is none. Empty for a secret that is not there. */
export const storedVersions = async (client: SecretsManagerClient, secret: string): Promise<StoredVersion[]> => {
  const versions: StoredVersion[] = [];
  for (const entry of await entriesOf(client, secret)) {
    const command = new GetSecretValueCommand({ SecretId: secret, VersionId: entry.VersionId });
    const { SecretString: text = '{}' } = await client.send(command);
    const bundle = bundleOf(entry, text);
    if (bundle !== undefined) versions.push(bundle);
  }
  return versions;
};

export const isCurrent = (version: StoredVersion): boolean => version.labels.includes('AWSCURRENT');
