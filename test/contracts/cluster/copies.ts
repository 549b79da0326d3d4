// Copies in many namespaces: a ClusterExternalSecret, the one annotation that it hands down, and what it says of namespaces.
import { describe, expect, it } from 'vitest';
import { CLUSTER_SYNC_ANNOTATION, publicName, SYNC_ANNOTATION } from '#core/bridge/model.ts';
import { issue } from '#test/support/cluster/issued.ts';
import { companion, copies } from './manifests.ts';
import type { OnStage } from './stage.ts';
import { isReady, names, stateOf } from './story.ts';

const TEAM = { team: 'web' };

/** Runs the contract of ClusterExternalSecrets. */
export const describeCopies = (on: OnStage): void => {
  const look = (name: string) => on().api.externalSecret({ kind: 'ClusterExternalSecret', namespace: '', name });
  const copied = async () => {
    const { at, key } = names();
    const first = await issue('web.example.com');
    await on().put(key, first);
    await on().apply(copies(at.name, key, TEAM));
    await on().eventually(() => stateOf(on(), at), isReady);
    return { at, key, first };
  };

  describe('a ClusterExternalSecret', () => {
    it('makes an ExternalSecret in each namespace with the labels, and names them', async () => {
      const { at, key } = await copied();
      const state = await on().eventually(
        () => look(at.name),
        (seen) => (seen?.provisioned ?? []).length > 0,
      );
      expect(state).toMatchObject({
        store: { kind: 'ClusterSecretStore', name: 'evercert' },
        keys: [key],
        provisioned: ['shop'],
        failed: [],
      });
      expect(await stateOf(on(), { namespace: 'pay', name: at.name })).toBeUndefined();
    });

    it('hands its annotation down, and each copy is fetched anew', async () => {
      const { at, key } = await copied();
      const second = await issue('web.example.com');
      await on().put(key, second);
      const annotate = { annotation: CLUSTER_SYNC_ANNOTATION, value: `${second.versionId}.1` };
      expect(
        await on().api.annotate({ kind: 'ClusterExternalSecret', namespace: '', name: at.name, ...annotate }),
      ).toBe(true);
      await on().eventually(
        () => on().api.held(at),
        (held) => held?.versionId === second.versionId,
      );
      expect((await stateOf(on(), at))?.annotations[CLUSTER_SYNC_ANNOTATION]).toBe(`${second.versionId}.1`);
    });

    it('takes every other annotation off its copies when it hands its own down', async () => {
      const { at } = await copied();
      await on().api.annotate({ kind: 'ExternalSecret', ...at, annotation: SYNC_ANNOTATION, value: 'v1.1' });
      const annotate = { annotation: CLUSTER_SYNC_ANNOTATION, value: 'v1.2' };
      await on().api.annotate({ kind: 'ClusterExternalSecret', namespace: '', name: at.name, ...annotate });
      await on().eventually(
        () => stateOf(on(), at),
        (seen) =>
          seen?.annotations[CLUSTER_SYNC_ANNOTATION] === 'v1.2' && seen.annotations[SYNC_ANNOTATION] === undefined,
      );
    });

    it('fails in a namespace where somebody else has an ExternalSecret of that name', async () => {
      const { at, key } = names();
      await on().put(key, await issue('web.example.com'));
      const taken = publicName(at.name);
      await on().apply(companion(at, key), copies(taken, key, TEAM));
      const state = await on().eventually(
        () => look(taken),
        (seen) => (seen?.failed ?? []).length > 0,
      );
      expect(state?.failed).toEqual([{ namespace: 'shop', reason: expect.stringMatching(/\S/) }]);
      expect(state?.provisioned).toEqual([]);
    });
  });
};
