// What is published is said in the log and counted, in one line, and only once the bus has taken it.
import { expect, it } from 'vitest';
import { FACTS, type FactKind, factOf } from '#core/events.ts';
import { certificateYaml, issuerYaml, world } from '#test/support/world.ts';

const said = (w: ReturnType<typeof world>) => w.lines.filter(({ fields }) => fields.fact !== undefined);

it('is one line with the fact, the event, the attempt, and one more of its metric', async () => {
  const w = world();
  await w.deploy(issuerYaml() + certificateYaml('web', ['www.example.com']));
  await w.tick();
  const [event] = w.bus.published();
  expect(said(w)).toMatchObject([
    {
      level: 'info',
      message: 'certificate issued',
      fields: {
        fact: 'issued',
        event: event!.detail.id,
        certificate: 'default/web',
        attemptId: event!.detail.attemptId,
        revision: 1,
        reason: 'SecretMissing',
        _aws: {
          Timestamp: event!.at.getTime(),
          CloudWatchMetrics: [
            { Namespace: 'Evercert', Dimensions: [['Service']], Metrics: [{ Name: 'Issued', Unit: 'Count' }] },
          ],
        },
        Service: 'evercert',
        Issued: 1,
      },
    },
  ]);
});

it('says each published event, in the words and with the level of the table', async () => {
  const w = world();
  await w.deploy(
    issuerYaml() + certificateYaml('web', ['www.example.com']) + certificateYaml('api', ['api.nowhere.net']),
  );
  await w.tick();
  await w.deploy(issuerYaml() + certificateYaml('web', ['www.example.com']));
  await w.tick();
  const published = w.bus.published().map(({ detailType, detail }) => {
    const kind = factOf(detailType) as FactKind;
    return { ...FACTS[kind].log, event: detail.id };
  });
  expect(published.map(({ message }) => message).sort()).toEqual([
    'certificate issued',
    'certificate not issued',
    'certificate retired',
  ]);
  expect(said(w).map(({ level, message, fields }) => ({ level, message, event: fields.event }))).toEqual(published);
});

it('says nothing that the bus did not take', async () => {
  const w = world();
  await w.deploy(issuerYaml() + certificateYaml('web', ['www.example.com']));
  let refusals = 0;
  w.faults.hook = ({ port, when }) => {
    if (port === 'eventBus' && when === 'before' && refusals++ < 2) throw new Error('the bus is out');
  };
  await w.tick();
  expect(refusals).toBe(3);
  expect(said(w)).toHaveLength(1);
});
