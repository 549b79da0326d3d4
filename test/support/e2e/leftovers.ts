// What an Evercert that has done its work must not leave: books with entries, labels on secrets. It must never write.
import { paginateListSecrets, paginateListSecretVersionIds } from '@aws-sdk/client-secrets-manager';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { isOurLabel } from '#core/names.ts';
import type { Cloud } from '#local/cloud/options.ts';

const items = async (cloud: Cloud, prefix: string): Promise<Record<string, unknown>[]> => {
  const found: Record<string, unknown>[] = [];
  const request = { TableName: cloud.outputs.tableName, ConsistentRead: true };
  for await (const page of paginateScan({ client: cloud.directClients.dynamodb }, request))
    found.push(...(page.Items ?? []).filter(({ pk }) => String(pk).startsWith(prefix)));
  return found;
};

/** URLs of the ACME accounts that the ledger knows, sorted. */
export const accountUrls = async (cloud: Cloud): Promise<string[]> =>
  (await items(cloud, 'account#')).map(({ url }) => String(url)).sort();

/** Sort keys of the book of wanted TXT values. */
export const txtBook = async (cloud: Cloud): Promise<string[]> =>
  (await items(cloud, 'txt')).map(({ sk }) => String(sk)).sort();

/** Staging labels of ours on any version of any secret, as `secret label`. */
export const stagingLabels = async (cloud: Cloud): Promise<string[]> => {
  const found: string[] = [];
  const client = cloud.directClients.secrets;
  for await (const { SecretList = [] } of paginateListSecrets({ client }, {}))
    for (const { Name: SecretId } of SecretList)
      for await (const page of paginateListSecretVersionIds({ client }, { SecretId }))
        for (const { VersionStages = [] } of page.Versions ?? [])
          found.push(...VersionStages.filter(isOurLabel).map((label) => `${SecretId} ${label}`));
  return found;
};
