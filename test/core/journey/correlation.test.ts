// One id leads through log, execution, record and event of an attempt.
import { describe, expect, it } from 'vitest';
import { certificateYaml, issuerYaml, world } from '#test/support/world.ts';

const issuing = async () => {
  const w = world({ insyncAfterMs: 30_000 });
  await w.deploy(issuerYaml() + certificateYaml('web', ['www.example.com']));
  await w.invokeSweep();
  const [input] = w.executions.started();
  return { w, input: input! };
};

describe("an attempt's id", () => {
  it('is what the execution carries while the attempt waits, and no longer when it is over', async () => {
    const { w, input } = await issuing();
    const waiting = await w.invokeAdvance(input);
    const { work } = (await w.ledger.rowReader.read('default/web'))!.progress;
    expect(waiting).toMatchObject({ done: false, attemptId: work!.attemptId });
    await w.run(input);
    expect((await w.invokeAdvance(input)).attemptId).toBeUndefined();
  });

  it("is said by every line of the attempt, the issuer's own too, and stands in its record and event", async () => {
    const { w, input } = await issuing();
    await w.run(input);
    const [event] = w.bus.published();
    const attemptId = event!.detail.attemptId as string;
    expect(attemptId).toMatch(/^[0-9a-f-]{36}$/);
    const begun = w.lines.findIndex(({ message }) => message === 'issuance begins');
    const told = w.lines.findIndex(({ message }) => message === 'certificate issued');
    const between = w.lines.slice(begun + 1, told + 1);
    expect(between.map(({ message }) => message)).toContain('ACME account registered');
    expect(between.map(({ about }) => about)).toEqual(between.map(() => ({ certificate: 'default/web', attemptId })));
    expect(w.ledger.history('default/web')).toMatchObject([{ kind: 'issued', attemptId }]);
  });

  it('of one certificate is not said of the next', async () => {
    const { w, input } = await issuing();
    await w.run(input);
    await w.invokeAdvance({ ...input, name: 'default/other' });
    expect(w.lines.at(-1)).toMatchObject({ message: 'nothing to do here', about: { certificate: 'default/other' } });
    expect(w.lines.at(-1)!.about).not.toHaveProperty('attemptId');
  });
});
