// Who hears of what concerns people: a topic, the rules that lead facts there as readable text, and the weekly digest. It
// must never know who has subscribed.
import { Aws, CfnOutput } from 'aws-cdk-lib';
import { Rule, type RuleTargetConfig, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { addToDeadLetterQueueResourcePolicy } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { mailTransformer, patternsFor, type Transformer } from '#core/facts/notification.ts';
import { allowPublish } from './alarms/topic.ts';
import { Digest, type DigestProps } from './digest.ts';
import type { ResultBus } from './result-bus.ts';

export interface NotificationsProps extends Pick<DigestProps, 'settings' | 'code' | 'told' | 'ledger'> {
  /** Encrypts the topic where we make it. */
  readonly key: IKey;
  readonly results: ResultBus;
  /** Takes what could not be told. */
  readonly deadLetters: Queue;
}

/** The template as it is written in core/. */
class Transformed extends RuleTargetInput {
  readonly #transformer: Transformer;

  constructor(transformer: Transformer) {
    super();
    this.#transformer = transformer;
  }

  bind() {
    const { paths, template } = this.#transformer;
    return { inputTemplate: template, inputPathsMap: { ...paths } };
  }
}

/** The topic, its rules, and the digest where it is switched on. */
export class Notifications extends Construct {
  readonly topic: ITopic;
  readonly digest: Digest | undefined;
  readonly #key: IKey | undefined;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { settings, code, told, ledger, deadLetters } = props;
    const { topicArn } = settings.notifications;
    this.#key = topicArn === undefined ? props.key : undefined;
    this.topic = topicArn === undefined ? this.#topic(props.key) : Topic.fromTopicArn(this, 'Topic', topicArn);
    new CfnOutput(this, 'NotificationTopicArn', { value: this.topic.topicArn });
    this.#rules(props);
    if (settings.digest === 'off') return;
    const given = { settings, code, ledger, deadLetters, at: settings.digest };
    this.digest = new Digest(this, 'Digest', {
      ...given,
      told: { ...told, notificationTopicArn: this.topic.topicArn },
    });
    allowPublish(this.digest.digest.role, { topic: this.topic, key: this.#key });
  }

  #topic(masterKey: IKey): Topic {
    return new Topic(this, 'Topic', { displayName: 'Evercert', masterKey, enforceSSL: true });
  }

  /** Published by a role of its own: neither key nor topic need trust a service for it. */
  #rules({ settings, results, deadLetters }: NotificationsProps): void {
    const patterns = Object.entries(patternsFor(settings.notifications.facts));
    if (patterns.length === 0) return;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    allowPublish(role, { topic: this.topic, key: this.#key });
    const input = new Transformed(mailTransformer({ service: settings.prefix }));
    for (const [name, { source, detailType, detail }] of patterns) {
      const rule = new Rule(this, name, {
        eventBus: results.bus,
        description: 'Evercert: what concerns people',
        eventPattern: { source: [...source], detailType: [...detailType], ...(detail === undefined ? {} : { detail }) },
      });
      addToDeadLetterQueueResourcePolicy(rule, deadLetters);
      const target: RuleTargetConfig = {
        arn: this.topic.topicArn,
        role,
        input,
        deadLetterConfig: { arn: deadLetters.queueArn },
      };
      rule.addTarget({ bind: () => target });
      rule.node.addDependency(role);
    }
  }
}
