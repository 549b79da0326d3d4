// The contract of NewSecrets: a secret that begins with a finished value.
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#core/names.ts';
import { type Context, code, fresh, sealed } from './setup.ts';

const VALUE = '{"tls.crt":"chain","tls.key":"key"}';

/** Runs the contract of NewSecrets. */
export const describeNewSecrets = (context: Context): void => {
  describe('create', () => {
    const asked = () => {
      const request = fresh();
      return { ...request, token: sha256Hex(request.name), value: sealed(VALUE) };
    };

    it('makes a secret whose first version is the value, current at once and tagged as ours', async () => {
      const under = context();
      const request = asked();
      const { versions } = under.open();
      const versionId = await versions.create(request);
      expect(versionId).toBe(request.token);
      expect(await under.byHand.look(request.name)).toEqual({
        labels: { AWSCURRENT: VALUE },
        tags: { 'evercert.dev/uid': request.uid, 'evercert.dev/certificate': request.certificate },
      });
      expect((await versions.read({ name: request.name, versionId: versionId! }))?.open()).toBe(VALUE);
      expect(await versions.open(request)).toMatchObject({ created: false, currentVersionId: versionId });
    });

    it('is harmless to repeat, where the store heeds the token', async () => {
      const under = context();
      const request = asked();
      await under.open().versions.create(request);
      const again = await under.open().versions.create(request);
      expect(again).toBe(under.differences.refusesRepetition ? undefined : request.token);
      expect((await under.byHand.look(request.name)).labels).toEqual({ AWSCURRENT: VALUE });
    });

    it('leaves a secret that is there as it is: ours, and anybody else’s', async () => {
      const under = context();
      const ours = asked();
      await under.open().versions.open(ours);
      expect(await under.open().versions.create(ours)).toBeUndefined();
      expect(JSON.parse((await under.byHand.look(ours.name)).labels.AWSCURRENT ?? '')).toMatchObject({
        evercert: 'placeholder',
      });
      const theirs = asked();
      await under.byHand.create({ name: theirs.name, text: 'theirs' });
      expect(await under.open().versions.create(theirs)).toBeUndefined();
      expect((await under.byHand.look(theirs.name)).labels).toEqual({ AWSCURRENT: 'theirs' });
    });

    it('makes nothing while a secret of that name is scheduled for deletion: AWS says so, the emulators say taken', async () => {
      const under = context();
      const request = asked();
      await under.open().versions.open(request);
      await under.byHand.scheduleDeletion(request.name);
      const [outcome] = await Promise.allSettled([under.open().versions.create(request)]);
      expect([
        { status: 'fulfilled', value: undefined },
        { status: 'rejected', reason: code('SECRET_DELETED') },
      ]).toContainEqual(outcome);
      await expect(under.open().versions.open(request)).rejects.toEqual(code('SECRET_DELETED'));
    });
  });
};
