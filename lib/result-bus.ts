// The bus on which outcomes are announced, and who may announce. It must never know who listens.
import { EventBus } from 'aws-cdk-lib/aws-events';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '#core/events.ts';

/** A custom EventBridge bus, named like the prefix so that rules can be written before it is deployed. */
export class ResultBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: { readonly prefix: string }) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: props.prefix,
      description: 'Evercert: outcomes of certificates',
    });
  }

  /** Announce under our own source only. */
  allowAnnounce(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'Announce',
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        // The key holds the sources of all entries; ForAllValues holds for a request without the key.
        conditions: {
          'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE },
          Null: { 'events:source': 'false' },
        },
      }),
    );
  }
}
