// What is read of a cluster: the state of an ExternalSecret, what a companion holds, and restarts of workloads.
import { describe, expect, it } from 'vitest';
import { RESTARTED_ANNOTATION, SYNC_ANNOTATION } from '#core/bridge/model.ts';
import { deployment, opaqueSecret } from './manifests.ts';
import type { OnStage } from './stage.ts';
import { bump, delivered, names, stateOf } from './story.ts';

const describeStates = (on: OnStage): void => {
  describe('the state of an ExternalSecret', () => {
    it('tells what is declared and how its last sync ended', async () => {
      const { at, key } = await delivered(on());
      expect(await stateOf(on(), at)).toEqual({
        annotations: expect.any(Object),
        refreshPolicy: 'Periodic',
        refreshInterval: expect.stringMatching(/^12h/),
        store: { kind: 'ClusterSecretStore', name: 'evercert' },
        keys: [key],
        targetName: at.name,
        creationPolicy: 'Owner',
        immutable: false,
        templateType: 'kubernetes.io/tls',
        syncedResourceVersion: expect.stringMatching(/^\d+-[0-9a-f]+$/),
        refreshTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        ready: { status: 'True', reason: 'SecretSynced', message: expect.any(String) },
      });
    });

    it('is nothing where there is none, and nothing is changed there', async () => {
      const { at } = names();
      expect(await stateOf(on(), at)).toBeUndefined();
      expect(await bump(on(), at, 'v1.0')).toBe(false);
      expect(await on().api.externalSecret({ kind: 'ClusterExternalSecret', ...at })).toBeUndefined();
    });

    it('keeps all other annotations when one is changed', async () => {
      const { at } = await delivered(on());
      const before = (await stateOf(on(), at))?.annotations;
      expect(await bump(on(), at, 'v1.0')).toBe(true);
      const annotate = { kind: 'ExternalSecret' as const, ...at, annotation: 'example.com/theirs', value: 'theirs' };
      expect(await on().api.annotate(annotate)).toBe(true);
      expect((await stateOf(on(), at))?.annotations).toEqual({
        ...before,
        [SYNC_ANNOTATION]: 'v1.0',
        'example.com/theirs': 'theirs',
      });
    });
  });
};

const describeHeld = (on: OnStage): void => {
  describe('what a companion holds', () => {
    it('is read from the certificate itself', async () => {
      const { publicAt, first } = await delivered(on());
      expect(await on().api.held(publicAt)).toEqual({
        versionId: first.versionId,
        fingerprint: first.fingerprint,
        serial: first.serial,
        notAfter: first.notAfter,
      });
      expect(Object.keys((await on().secretIn(publicAt))?.data ?? {}).sort()).toEqual(['tls.crt', 'version-id']);
    });

    it('is nothing where there is no Secret, or one without a certificate', async () => {
      const { at } = names();
      expect(await on().api.held(at)).toBeUndefined();
      await on().apply(opaqueSecret(at));
      expect(await on().api.held(at)).toBeUndefined();
    });
  });
};

const describeRestarts = (on: OnStage): void => {
  describe('a restart', () => {
    const restart = (at: { namespace: string; name: string }, value: string) =>
      on().workloads.restart({ kind: 'Deployment', ...at, annotation: RESTARTED_ANNOTATION, value });

    it('changes the pod template once for a value, and nothing else of it', async () => {
      const { at } = names();
      const written = deployment(at);
      await on().apply(written);
      await restart(at, 'v1');
      const generation = async () => (await on().read(written))?.metadata.generation;
      expect(await generation()).toBe(2);
      await restart(at, 'v1');
      expect(await generation()).toBe(2);
      expect(await on().read(written)).toMatchObject({
        spec: {
          replicas: 1,
          template: {
            metadata: {
              labels: { app: at.name },
              annotations: { 'example.com/kept': 'yes', [RESTARTED_ANNOTATION]: 'v1' },
            },
            spec: { containers: [{ name: 'web', image: 'example.com/web:1' }] },
          },
        },
      });
    });

    it('is refused where there is no such workload', async () => {
      const { at } = names();
      await expect(restart(at, 'v1')).rejects.toMatchObject({
        code: 'CLUSTER_REFUSED',
        message: `patch deployments: there is no Deployment shop/${at.name}`,
      });
    });
  });
};

/** Runs the contract of what is read and restarted. */
export const describeReading = (on: OnStage): void => {
  describeStates(on);
  describeHeld(on);
  describeRestarts(on);
};
