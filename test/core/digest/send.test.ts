// The digest over a world: what the ledger holds becomes one mail.
import { expect, it } from 'vitest';
import { sendDigest } from '#core/digest/send.ts';
import { certificateYaml, issuerYaml, world } from '#test/support/world.ts';

const settings = { prefix: 'evercert', sweepPeriodMs: 300_000, clusterNames: [], copies: 0, metricsByIssuer: false };

it('tells of issued, due and failing certificates, and writes nothing', async () => {
  const w = world();
  const good = certificateYaml('web', ['www.example.com']) + certificateYaml('shop', ['shop.example.com']);
  await w.deploy(issuerYaml() + good + certificateYaml('api', ['api.nowhere.net']));
  await w.tick();
  const told: { subject: string; text: string }[] = [];
  const { lives, counters, lastSweep, troubles, histories, rowReader: rows, deliveryAims: deliveries } = w.ledger;
  const looks = { clock: w.clock, lives, counters, lastSweep, troubles, histories, rows, deliveries };
  const topic = { tell: async (message: { subject: string; text: string }) => void told.push(message) };
  const before = w.bus.published().length;
  await sendDigest({ ...looks, topic }, settings);
  w.pass(60 * 24 * 60 * 60_000);
  await sendDigest({ ...looks, topic }, settings);
  expect(w.bus.published()).toHaveLength(before);
  expect(told.map(({ subject }) => subject)).toEqual([
    'Evercert (evercert): 1 certificate wants attention; 2 issued or renewed last week',
    'Evercert (evercert): 1 certificate wants attention; 0 issued or renewed last week',
  ]);
  expect(told[0]!.text).toContain('1. default/api (ClusterIssuer/le): DNS_NO_ZONE, 1 try\n');
  expect(told[1]!.text).toContain('To be renewed, next week:     2\n');
});
