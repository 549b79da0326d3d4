// Door: CloudFormation calls it as a custom resource when the catalogue has changed; it writes which catalogue is wanted
// and wakes the sweep.
import { answerCloudFormation, type CustomResourceRequest } from '#adapters/cloudformation-answer.ts';
import { composeDeployed } from '#adapters/compose/deployed.ts';
import { door } from './entry.ts';

export const handler = door(
  'deployed',
  composeDeployed,
  ({ catalogue, waker }, request: CustomResourceRequest, { log, now }) =>
    answerCloudFormation(request, async () => {
      if (request.RequestType === 'Delete') return;
      const hash = String(request.ResourceProperties.catalogueHash);
      await catalogue.want({ hash, now });
      await waker.wake();
      log.info('a catalogue is wanted', { hash });
    }),
);
