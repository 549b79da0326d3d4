// The parts of `deployed`.
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { CatalogueState, SweepWaker } from '#core/ports.ts';
import { dynamodbCatalogueState } from '../dynamodb/catalogue-state.ts';
import { lambdaWake } from '../lambda-wake.ts';
import { ledger, PATIENT, type Surroundings } from './parts.ts';

export const composeDeployed = ({ settings }: Surroundings): { catalogue: CatalogueState; waker: SweepWaker } => ({
  catalogue: dynamodbCatalogueState(ledger(settings)),
  waker: lambdaWake({ client: new LambdaClient(PATIENT), functionName: settings.sweepFunctionName ?? '' }),
});
