// How the operator fails: what the condition says, what its last words are, and that the Secret stays as it was.
import { describe, expect, it } from 'vitest';
import { issue } from '#test/support/cluster/issued.ts';
import { main, opaqueSecret } from './manifests.ts';
import type { At, OnStage } from './stage.ts';
import { bump, delivered, isFailed, isReady, names, stateOf, synced } from './story.ts';

/** The operator records its Event after the condition. */
const failure = (on: OnStage) => (at: At) =>
  on().eventually(
    () => stateOf(on(), at),
    (seen) => isFailed(seen) && seen?.lastError !== undefined,
  );

const describeUnread = (on: OnStage): void => {
  const failedWith = failure(on);
  describe('a value that cannot be read', () => {
    it.each([
      ['a secret that is missing', { key: 'evercert/shop/none', property: 'tls.crt' }, /not exist|can't find/i],
      ['a property that is missing', { property: 'tls.none' }, /tls\.none/],
    ])('is told of by a condition without a cause, and by the last words: %s', async (_what, wrong, words) => {
      const { at, key } = names();
      await on().put(key, await issue('web.example.com'));
      await on().apply(main(at, key, { data: [{ secretKey: 'tls.crt', remoteRef: { key, ...wrong } }] }));
      const state = await failedWith(at);
      expect(state?.ready?.reason).toBe('SecretSyncedError');
      expect(state?.ready?.message).toContain('could not get secret data from provider');
      expect(state?.lastError).toMatch(words);
      expect(await on().secretIn(at)).toBeUndefined();
    });

    it('keeps the Secret when the secret is deleted, and is over once it is back and another bump came', async () => {
      const { at, key, first } = await delivered(on());
      const before = await stateOf(on(), at);
      await on().deleteSecret(key);
      await bump(on(), at, 'v1.1');
      const failed = await failedWith(at);
      expect(failed?.lastError).toContain('it was marked for deletion');
      expect(failed?.syncedResourceVersion).toBe(before?.syncedResourceVersion);
      expect((await on().secretIn(at))?.data['tls.crt']).toBe(first.chainPem);
      await on().restoreSecret(key);
      await synced(on(), at, 'v1.2');
    });

    it('is told of where the store is missing', async () => {
      const { at, key } = names();
      await on().put(key, await issue('web.example.com'));
      const store = { secretStoreRef: { kind: 'ClusterSecretStore', name: 'none' } };
      await on().apply(main(at, key, { spec: store }));
      const state = await failedWith(at);
      expect(state?.store.name).toBe('none');
      expect(state?.lastError).toContain('"none" not found');
    });
  });
};

const describeTargets = (on: OnStage): void => {
  const failedWith = failure(on);
  describe('a Secret that cannot be written', () => {
    it('is one of another type: it is left as it is', async () => {
      const { at, key } = names();
      await on().put(key, await issue('web.example.com'));
      await on().apply(opaqueSecret(at), main(at, key));
      const state = await failedWith(at);
      expect(state?.ready?.message).toContain('could not update secret');
      expect(state?.lastError).toContain('field is immutable');
      expect(await on().secretIn(at)).toEqual({ type: 'Opaque', data: { theirs: 'theirs' } });
    });

    it('is one that another ExternalSecret owns', async () => {
      const { at, key, first } = await delivered(on());
      const other = { namespace: at.namespace, name: `${at.name}-other` };
      await on().apply(main(other, key, { target: { name: at.name } }));
      const state = await failedWith(other);
      expect(state?.lastError).toContain(`secret is owned by another ExternalSecret: ${at.name}`);
      expect(state?.targetName).toBe(at.name);
      expect(state?.ready?.message).toContain('target is owned by another ExternalSecret');
      expect((await on().secretIn(at))?.data['tls.crt']).toBe(first.chainPem);
      expect(isReady(await stateOf(on(), at))).toBe(true);
    });
  });
};

/** Runs the contract of what goes wrong. */
export const describeFaults = (on: OnStage): void => {
  describeUnread(on);
  describeTargets(on);
};
