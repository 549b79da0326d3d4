// The one place where the local cloud, the tests and the benchmark get SDK clients. It must never be imported by what is
// deployed.
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export const LOCAL_REGION = 'us-east-1';
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface LocalClients {
  readonly cloudformation: CloudFormationClient;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly route53: Route53Client;
  readonly secrets: SecretsManagerClient;
  readonly sfn: SFNClient;
  destroy(): void;
}

/** Of moto, which alone has Private CAs; made where one is declared. */
export const privateCaClient = (endpoint: string): ACMPCAClient =>
  new ACMPCAClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });

/** Clients of one endpoint (the gateway's, or the emulator's own where a look must not be recorded). */
export const localClients = (endpoint: string): LocalClients => {
  const config = {
    endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    // The emulator is busy while it deploys; a call is worth waiting for.
    maxAttempts: 5,
  };
  const dynamodb = new DynamoDBClient(config);
  const clients = {
    cloudformation: new CloudFormationClient(config),
    events: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
    route53: new Route53Client(config),
    secrets: new SecretsManagerClient(config),
    sfn: new SFNClient(config),
  };
  return {
    ...clients,
    dynamodb: DynamoDBDocumentClient.from(dynamodb),
    destroy: () => {
      for (const one of [dynamodb, ...Object.values(clients)]) one.destroy();
    },
  };
};
