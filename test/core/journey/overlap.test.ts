// Several at work on one certificate at the same time: the lease lets one, the fence stops the others, and what a frozen
// one still does is repaired.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JourneyPorts } from '#core/journey/ports.ts';
import type { ExecutionInput } from '#core/ports.ts';
import { gate } from '#test/support/frozen.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;

const begun = async (): Promise<{ w: World; input: ExecutionInput }> => {
  const w = world();
  await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
  await w.invokeSweep();
  return { w, input: w.executions.started()[0]! };
};
const progress = (w: World) => w.ledger.row('default/web')!.progress;
const valid = (w: World) => [...w.ca.orders.values()].filter(({ status }) => status === 'valid');

/** Ports of a process that freezes before its promotion of AWSCURRENT. */
const freezing = (ports: JourneyPorts) => {
  const before = gate();
  const promote: JourneyPorts['labels']['promote'] = async (request) => {
    await before.pass();
    return ports.labels.promote(request);
  };
  return { before, ports: { ...ports, labels: { ...ports.labels, promote } } };
};

describe('the lease', () => {
  it('sends a younger run away while another is at work', async () => {
    const { w, input } = await begun();
    const frozen = freezing(w.compose());
    const first = w.invokeAdvance(input, frozen.ports);
    await frozen.before.arrived;
    expect(await w.invokeAdvance({ ...input, run: 2 })).toMatchObject({ done: true, phase: 'due' });
    frozen.before.open();
    expect(await first).toMatchObject({ done: true });
    expect(progress(w)).toMatchObject({ revision: 1, current: { revision: 1 } });
  });

  it('sends an older run and another uid away for good', async () => {
    const { w, input } = await begun();
    await w.run(input);
    w.pass(61 * 24 * 60 * MINUTE);
    await w.tick();
    const orders = w.ca.orders.size;
    expect(await w.invokeAdvance(input)).toMatchObject({ done: true, phase: 'due' });
    expect(await w.invokeAdvance({ ...input, uid: 'another', run: 2 })).toMatchObject({ done: true, phase: 'due' });
    expect(w.ca.orders.size).toBe(orders);
    expect(progress(w).revision).toBe(2);
  });

  it('lets one of two invocations of the same run finish; the other leaves quietly', async () => {
    const { w, input } = await begun();
    const frozen = freezing(w.compose());
    const first = w.invokeAdvance(input, frozen.ports);
    await frozen.before.arrived;
    expect(await w.invokeAdvance(input)).toMatchObject({ done: true });
    frozen.before.open();
    expect(await first).toMatchObject({ done: true });
    expect(w.lines.map(({ message }) => message)).toContain('another run has taken over');
    expect(valid(w)).toHaveLength(1);
    expect(w.ledger.history('default/web')).toHaveLength(1);
    expect(w.current('default/web')['version-id']).toBe(progress(w).current?.versionId);
  });
});

describe('a holder that froze and wakes after another has taken over', () => {
  const renewed = (text: string) => issuerYaml() + certificateYaml('web', [text, 'web.example.com']);

  it('writes nothing into the ledger', async () => {
    const { w, input } = await begun();
    const frozen = freezing(w.compose());
    const first = w.invokeAdvance(input, frozen.ports);
    await frozen.before.arrived;
    w.pass(5 * MINUTE);
    w.end(input);
    w.pass(10 * MINUTE);
    await w.tick();
    const settled = w.ledger.row('default/web');
    frozen.before.open();
    await first;
    expect(w.ledger.row('default/web')).toEqual(settled);
    expect(w.ledger.history('default/web')).toHaveLength(1);
  });

  it('cannot put its old version over the newer one', async () => {
    const { w, input } = await begun();
    const frozen = freezing(w.compose());
    const first = w.invokeAdvance(input, frozen.ports);
    await frozen.before.arrived;
    w.end(input);
    w.pass(15 * MINUTE);
    await w.deploy(renewed('new.example.com'));
    await w.tick();
    const newer = w.current('default/web')['version-id'];
    frozen.before.open();
    await first;
    expect(w.current('default/web')['version-id']).toBe(newer);
    expect(progress(w).current).toMatchObject({ versionId: newer, revision: 2 });
  });

  it('may still promote while the new holder is at work; the new holder replaces that', async () => {
    const { w, input } = await begun();
    const old = freezing(w.compose());
    const first = w.invokeAdvance(input, old.ports);
    await old.before.arrived;
    w.end(input);
    w.pass(15 * MINUTE);
    await w.deploy(renewed('new.example.com'));
    await w.invokeSweep();
    const next = w.executions.started().at(-1)!;
    const fresh = freezing(w.compose());
    const second = w.invokeAdvance(next, fresh.ports);
    await fresh.before.arrived;
    old.before.open();
    await first;
    const overtaken = w.current('default/web')['version-id'];
    fresh.before.open();
    await second;
    expect(overtaken).not.toBe(progress(w).current?.versionId);
    expect(w.current('default/web')['version-id']).toBe(progress(w).current?.versionId);
    expect(progress(w).current?.revision).toBe(2);
    expect(progress(w).failure).toBeUndefined();
  });

  it('and puts a value into DNS leaves it to the janitor: nothing stands one sweep later', async () => {
    const { w, input } = await begun();
    const before = gate();
    const { change } = w.route53.provider;
    w.route53.provider.change = async (request) => {
      w.route53.provider.change = change;
      await before.pass();
      return change(request);
    };
    const first = w.invokeAdvance(input);
    await before.arrived;
    w.end(input);
    w.pass(15 * MINUTE);
    await w.tick();
    expect(w.route53.standing()).toEqual([]);
    before.open();
    await first;
    expect(w.route53.standing()).toHaveLength(1);
    w.pass(5 * MINUTE);
    await w.tick();
    expect(w.route53.standing()).toEqual([]);
    expect(w.ledger.txtClaims()).toEqual([]);
  });
});

describe('two sweeps, and two invocations of each execution, at once', () => {
  it('pursue one order and end with one outcome, in whatever order their ledger calls come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const w = world();
        await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
        const { claimedRows, dueRows } = w.ledger;
        claimedRows.claim = scheduler.scheduleFunction(claimedRows.claim);
        claimedRows.save = scheduler.scheduleFunction(claimedRows.save);
        claimedRows.release = scheduler.scheduleFunction(claimedRows.release);
        dueRows.book = scheduler.scheduleFunction(dueRows.book);
        await scheduler.waitFor(Promise.all([w.invokeSweep(), w.invokeSweep()]));
        const [input] = w.executions.started();
        await scheduler.waitFor(Promise.all([w.invokeAdvance(input!), w.invokeAdvance(input!)]));
        w.end(input!);
        w.pass(15 * MINUTE);
        await scheduler.waitFor(w.tick());
        expect(w.executions.started().length).toBeLessThanOrEqual(2);
        expect(valid(w)).toHaveLength(1);
        expect(w.ledger.history('default/web')).toHaveLength(1);
        expect(w.current('default/web')['version-id']).toBe(progress(w).current?.versionId);
        expect(w.route53.standing()).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});
