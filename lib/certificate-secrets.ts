// Where keys and chains lie: the KMS key of all secrets under the prefix, and who may write them. It must never hold a
// secret in the template: secrets are made at run time.
import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { passwordReferences } from '#core/certificate/passwords.ts';
import type { Catalogue } from '#core/declaration/model.ts';
import { certificateSecret, referenceSecret, TAG_CERTIFICATE, TAG_UID } from '#core/names.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { Refused } from './refused.ts';
import { allowReading, type Reading } from './secret-reading.ts';
import { allowSharing, openKeyTo, type SharingSettings } from './secret-sharing.ts';

const OUR_TAGS = [TAG_UID, TAG_CERTIFICATE];
const LABELLED = { Null: { [`aws:ResourceTag/${TAG_UID}`]: 'false' } };

/** Names of the secrets that keystore passwords are read from, each once. */
const passwordSecrets = (prefix: string, { certificates }: Catalogue): readonly string[] => {
  const all = certificates.flatMap(({ certificate }) => passwordReferences(prefix, certificate));
  return [...new Set(all.map(({ name }) => name))].sort();
};

/** Secrets `<prefix>/…` (certificates) and `<prefix>-refs/…` (account keys), under one customer-managed key. */
export class CertificateSecrets extends Construct {
  readonly key: Key;
  readonly #prefix: string;
  readonly #certificates: string;
  readonly #references: string;

  readonly #sharing: SharingSettings;

  constructor(scope: Construct, id: string, props: SharingSettings & { readonly prefix: string }) {
    super(scope, id);
    const { region } = Stack.of(this);
    if (props.replicas.some((one) => one.region === region))
      throw new Refused(
        `the setting replicas names ${region}, where the secrets themselves lie: every one would be refused`,
      );
    // Retained: without it nobody can read a certificate's key any more, here or in another account.
    this.key = new Key(this, 'Key', {
      description: `Evercert: secrets of ${props.prefix}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.#prefix = props.prefix;
    this.#sharing = props;
    this.#certificates = this.#arn(certificateSecret(props.prefix, '*'));
    this.#references = this.#arn(referenceSecret(props.prefix, '*', '*').replace(/\*\/\*$/, '*'));
    openKeyTo(this.key, { secretReaders: props.secretReaders, certificates: this.#certificates });
  }

  #arn(name: string): string {
    return `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:${name}`;
  }

  /** What a journey does to secrets: nothing under another prefix, no value of a secret that is not tagged as ours. */
  allowJourney(role: IRole): void {
    for (const statement of [
      ...this.#create(),
      ...this.#certificate(),
      ...this.#reference(),
      this.#keyUse(),
      this.#keepTags(),
    ])
      role.addToPrincipalPolicy(statement);
    acknowledgeWildcards(role, {
      resources: [this.#certificates, this.#references],
      reason: 'Secrets are made at run time; the prefix is what tells them, and their ARNs end in a random suffix.',
    });
  }

  /** What is shared as the settings say, by whoever makes secrets and whoever looks after them. */
  allowSharing(role: IRole): void {
    allowSharing(role, { certificates: this.#certificates, keyArn: this.key.keyArn, settings: this.#sharing });
  }

  /** The daily look at a secret's description, and at those of the keystore passwords that are declared: no value. */
  allowLook(role: IRole, declared: Catalogue): void {
    const passwords = passwordSecrets(this.#prefix, declared).map((name) => `${this.#arn(name)}-??????`);
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LookAtSecrets',
        actions: ['secretsmanager:DescribeSecret'],
        resources: [this.#certificates, ...passwords],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'LookAtSecretsKey', actions: ['kms:DescribeKey'], resources: [this.key.keyArn] }),
    );
    acknowledgeWildcards(role, {
      resources: [this.#certificates, ...passwords],
      reason: 'Secrets are made at run time, and their ARNs end in a random suffix; a description shows no value.',
    });
  }

  /** What a cluster's operator does: the values of certificates, and nothing else. */
  allowRead(role: IRole, reading: Omit<Reading, 'prefix' | 'keyArn'>): void {
    allowReading(role, { ...reading, prefix: this.#prefix, keyArn: this.key.keyArn });
  }

  /** New secrets carry our tag and our key from their first moment. */
  #create(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'CreateCertificateSecrets',
        actions: ['secretsmanager:CreateSecret'],
        resources: [this.#certificates],
        conditions: {
          Null: { [`aws:RequestTag/${TAG_UID}`]: 'false', [`aws:RequestTag/${TAG_CERTIFICATE}`]: 'false' },
          StringEquals: { 'secretsmanager:KmsKeyArn': this.key.keyArn },
        },
      }),
      new PolicyStatement({
        sid: 'CreateReferenceSecrets',
        actions: ['secretsmanager:CreateSecret'],
        resources: [this.#references],
        conditions: { StringEquals: { 'secretsmanager:KmsKeyArn': this.key.keyArn } },
      }),
      // CreateSecret with tags asks for it too; a secret of an earlier life gets its new uid by it.
      new PolicyStatement({
        sid: 'TagOwnSecrets',
        actions: ['secretsmanager:TagResource'],
        resources: [this.#certificates],
        conditions: {
          'ForAllValues:StringEquals': { 'aws:TagKeys': OUR_TAGS },
          Null: { 'aws:TagKeys': 'false' },
        },
      }),
    ];
  }

  #certificate(): PolicyStatement[] {
    return [
      // Without the tag's condition: how else would a foreign secret be told from one that is missing? It shows no value.
      new PolicyStatement({
        sid: 'LookAtSecrets',
        actions: ['secretsmanager:DescribeSecret'],
        resources: [this.#certificates, this.#references],
      }),
      new PolicyStatement({
        sid: 'WriteOwnVersions',
        actions: ['GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage', 'RestoreSecret'].map(
          (one) => `secretsmanager:${one}`,
        ),
        resources: [this.#certificates],
        conditions: LABELLED,
      }),
    ];
  }

  /** References may have been brought along by people, without our tags. */
  #reference(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'References',
        actions: ['GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map((one) => `secretsmanager:${one}`),
        resources: [this.#references],
      }),
    ];
  }

  #keyUse(): PolicyStatement {
    return new PolicyStatement({
      sid: 'SecretsKey',
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
      resources: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
    });
  }

  /** Whatever else is granted one day: the owner's tags stay on. */
  #keepTags(): PolicyStatement {
    return new PolicyStatement({
      sid: 'KeepOwnerTags',
      effect: Effect.DENY,
      actions: ['secretsmanager:UntagResource'],
      resources: [this.#certificates, this.#references],
      conditions: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': OUR_TAGS } },
    });
  }
}
