// What makes the operator look, what it then writes, and what it repairs by itself.
import { describe, expect, it } from 'vitest';
import { Sealed } from '#core/sealed.ts';
import { issue } from '#test/support/cluster/issued.ts';
import { main } from './manifests.ts';
import type { OnStage } from './stage.ts';
import { bump, delivered, isReady, names, stateOf, synced } from './story.ts';

const describeBumps = (on: OnStage): void => {
  describe('another value of the annotation', () => {
    it('makes the operator fetch the new version into both Secrets', async () => {
      const { at, publicAt, key } = await delivered(on());
      const second = await issue('web.example.com');
      await on().put(key, second);
      await synced(on(), publicAt, `${second.versionId}.1`);
      await synced(on(), at, `${second.versionId}.1`);
      expect((await on().api.held(publicAt))?.versionId).toBe(second.versionId);
      expect((await on().secretIn(at))?.data['tls.crt']).toBe(second.chainPem);
    });

    it('costs one read, or two', async () => {
      const { at, key } = await delivered(on());
      const before = on().calls(key);
      await synced(on(), at, 'v2.1');
      await on().quiet();
      const made = on().calls(key) - before;
      expect([1, 2]).toContain(made);
    });

    it('changes nothing for a value that stands already', async () => {
      const { at, key } = await delivered(on());
      const { syncedResourceVersion } = await synced(on(), at, 'v2.1');
      await on().quiet();
      const before = on().calls(key);
      expect(await bump(on(), at, 'v2.1')).toBe(true);
      await on().quiet();
      expect(on().calls(key)).toBe(before);
      expect((await stateOf(on(), at))?.syncedResourceVersion).toBe(syncedResourceVersion);
    });
  });
};

const describeRepairs = (on: OnStage): void => {
  describe('under Owner, the operator', () => {
    it('makes a deleted Secret anew', async () => {
      const { at, first } = await delivered(on());
      await on().remove({ apiVersion: 'v1', kind: 'Secret', metadata: { ...at } });
      await on().eventually(
        () => on().secretIn(at),
        (secret) => secret?.data['tls.crt'] === first.chainPem,
      );
    });

    it('undoes a change of the data, and takes off a key that it does not know', async () => {
      const { at, first } = await delivered(on());
      await on().tamper(at, { 'tls.crt': 'theirs', 'other.key': 'theirs' });
      await on().eventually(
        () => on().secretIn(at),
        (secret) => secret?.data['tls.crt'] === first.chainPem && secret.data['other.key'] === undefined,
      );
    });
  });
};

const describeTraps = (on: OnStage): void => {
  describe('the operator never looks again', () => {
    it.each([
      ['refreshInterval 0', { spec: { refreshInterval: '0s' } }],
      ['refreshPolicy CreatedOnce', { spec: { refreshPolicy: 'CreatedOnce' } }],
    ])('under %s: a bump fetches nothing, and Ready stays True', async (_trap, otherwise) => {
      const { at, key, first } = await delivered(on(), otherwise);
      await on().put(key, await issue('web.example.com'));
      const before = await stateOf(on(), at);
      await bump(on(), at, 'v2.1');
      await on().quiet();
      const after = await stateOf(on(), at);
      expect(after?.syncedResourceVersion).toBe(before?.syncedResourceVersion);
      expect(after?.ready?.status).toBe('True');
      expect((await on().secretIn(at))?.data['tls.crt']).toBe(first.chainPem);
    });

    it('at an immutable Secret: a bump changes nothing, and Ready stays True', async () => {
      const { at, key, first } = await delivered(on(), { target: { immutable: true } });
      await on().put(key, await issue('web.example.com'));
      await bump(on(), at, 'v2.1');
      await on().quiet();
      expect(await stateOf(on(), at)).toMatchObject({ immutable: true, ready: { status: 'True' } });
      expect((await on().secretIn(at))?.data['tls.crt']).toBe(first.chainPem);
    });
  });

  it('delivers whatever stands in the secret: the judge must stand before it', async () => {
    const { at, key } = names();
    const [one, other] = [await issue('web.example.com'), await issue('web.example.com')];
    await on().put(key, one);
    await on().apply(main(at, key));
    await on().eventually(() => stateOf(on(), at), isReady);
    const mixed = { ...JSON.parse(one.value.open()), 'tls.key': JSON.parse(other.value.open())['tls.key'] };
    await on().put(key, { value: new Sealed(JSON.stringify(mixed)), versionId: other.versionId });
    const state = await synced(on(), at, 'mixed.1');
    expect(state.ready?.status).toBe('True');
  });
};

/** Runs the contract of bumps and repairs. */
export const describeSyncing = (on: OnStage): void => {
  describeBumps(on);
  describeRepairs(on);
  describeTraps(on);
};
