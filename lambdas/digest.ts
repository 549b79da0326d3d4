// Door: its own schedule calls it once a week; it tells the topic of notifications how the fleet is.
import { composeDigest } from '#adapters/compose/digest.ts';
import { sendDigest } from '#core/digest/send.ts';
import { door } from './entry.ts';

export const handler = door('digest', composeDigest, async ({ ports, settings }, _event: unknown, { log }) => {
  const { subject } = await sendDigest(ports, settings);
  log.info('digest told', { subject });
});
