// A deploy with a new catalogue or new code writes the catalogue's hash into the ledger and wakes the sweep at once: a custom resource whose
// function answers CloudFormation itself. It must never wait for a certificate.
import { CustomResource, Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';

export interface DeployWakeProps {
  /** Handles Create and Update (want the hash, invoke the sweep) and Delete (nothing). */
  readonly deployed: IFunction;
  readonly catalogueHash: string;
  /** Changes with the sweep's code, so that a deploy of new code wakes it too. */
  readonly codeName: string;
  /** Must be deployed before: what the woken sweep needs. */
  readonly after: readonly IConstruct[];
}

export class DeployWake extends Construct {
  constructor(scope: Construct, id: string, props: DeployWakeProps) {
    super(scope, id);
    const wake = new CustomResource(this, 'Deployed', {
      resourceType: 'Custom::EvercertDeployed',
      serviceToken: props.deployed.functionArn,
      // Without an answer CloudFormation would wait for an hour.
      serviceTimeout: Duration.minutes(5),
      properties: { catalogueHash: props.catalogueHash, code: props.codeName },
    });
    wake.node.addDependency(...props.after);
  }
}
