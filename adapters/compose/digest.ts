// The parts of `digest`: the ledger, read only, and the topic of notifications.
import type { DigestPorts, DigestSettings } from '#core/digest/send.ts';
import { SNSClient, snsTopic } from '../sns-topic.ts';
import { PATIENT, type Surroundings } from './parts.ts';
import { composeWidget } from './widget.ts';

export const composeDigest = ({
  settings,
}: Pick<Surroundings, 'settings'>): { ports: DigestPorts; settings: DigestSettings } => {
  const { ports, settings: look } = composeWidget({ settings });
  const topic = snsTopic({ client: new SNSClient(PATIENT), topicArn: settings.notificationTopicArn ?? '' });
  const { replicas, metricsByIssuer } = settings;
  return { ports: { ...ports, topic }, settings: { ...look, copies: replicas.length, metricsByIssuer } };
};
