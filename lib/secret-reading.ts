// What it takes to read certificates' secrets, and nothing else: the values of a prefix, and their key through Secrets
// Manager alone. It must never allow a write, a list, or a secret of references.
import { Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { certificateSecret, TAG_UID } from '#core/names.ts';
import type { ServiceSettings } from '#core/settings.ts';
import { acknowledgeWildcards } from './acknowledge.ts';

export interface Reading {
  readonly prefix: string;
  readonly keyArn: string;
  /**
   * Only the secrets of the namespace in the session's tag `esoNamespace`, which stands in each secret's name; a session
   * without the tag reads none.
   */
  readonly ofTheirNamespace: boolean;
  /** Read there too. */
  readonly replica?: ServiceSettings['replicas'][number] | undefined;
}

export const viaSecrets = (region: string) => ({
  'kms:ViaService': `secretsmanager.${region}.${Aws.URL_SUFFIX}`,
});

/** Secrets Manager encrypts with the secret's ARN as context (its user guide, "Secret encryption and decryption"). */
export const decrypting = (region: string, secrets: string) => ({
  StringEquals: viaSecrets(region),
  StringLike: { 'kms:EncryptionContext:SecretARN': secrets },
});

export const allowReading = (role: IRole, { prefix, keyArn, ofTheirNamespace, replica }: Reading): void => {
  const name = certificateSecret(prefix, ofTheirNamespace ? `\${aws:PrincipalTag/esoNamespace}/*` : '*');
  const arn = (region: string) => `arn:${Aws.PARTITION}:secretsmanager:${region}:${Aws.ACCOUNT_ID}:secret:${name}`;
  const secrets = [Aws.REGION, ...(replica === undefined ? [] : [replica.region])].map(arn);
  const decrypt = (sid: string, region: string, key: string) =>
    new PolicyStatement({
      sid,
      actions: ['kms:Decrypt'],
      resources: [key],
      conditions: decrypting(region, arn(region)),
    });
  const statements = [
    new PolicyStatement({
      sid: 'ReadCertificates',
      actions: ['secretsmanager:GetSecretValue'],
      resources: secrets,
      conditions: { Null: { [`aws:ResourceTag/${TAG_UID}`]: 'false' } },
    }),
    decrypt('ReadCertificatesKey', Aws.REGION, keyArn),
    // A Region's own `aws/secretsmanager` needs no grant.
    ...(replica?.kmsKeyArn === undefined ? [] : [decrypt('ReadReplicasKey', replica.region, replica.kmsKeyArn)]),
  ];
  for (const statement of statements) role.addToPrincipalPolicy(statement);
  acknowledgeWildcards(role, {
    resources: secrets,
    reason:
      'Secrets are made at run time; the prefix (and the namespace) is what tells them, and their ARNs end in a random suffix.',
  });
};
