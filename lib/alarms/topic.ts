// The topic on which alarms are heard, and who may speak on it. It must never know who listens.
import { Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * CloudWatch must be allowed the key, or what it sends to an encrypted topic is dropped in silence; for the same reason
 * the key's statement has no condition that CloudWatch is not documented to meet (SNS developer guide, "Encryption at rest").
 */
export const alarmTopic = (scope: Construct, id: string, key: IKey): Topic => {
  const topic = new Topic(scope, id, { displayName: 'Evercert alarms', masterKey: key, enforceSSL: true });
  const cloudwatch = new ServicePrincipal('cloudwatch.amazonaws.com');
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsToTheTopic',
      principals: [cloudwatch],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
    }),
  );
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [cloudwatch],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return topic;
};

/** A function of ours speaks on it by itself: SNS uses the key in its name. */
export const allowPublish = (role: IRole, { topic, key }: { topic: ITopic; key?: IKey | undefined }): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({ sid: 'Publish', actions: ['sns:Publish'], resources: [topic.topicArn] }),
  );
  if (key === undefined) return;
  role.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'PublishKey',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sns.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
    }),
  );
};
