// The contract of SecretLook, and of calling a deletion off.
import { describe, expect, it } from 'vitest';
import { TAG_CERTIFICATE, TAG_UID } from '#core/names.ts';
import { type Context, code, fresh } from './setup.ts';

export const describeLooking = (context: Context): void => {
  describe('look', () => {
    it('gives versions with their labels and the tags, and nothing where there is no secret', async () => {
      const under = context();
      const { versions, look } = under.open();
      const request = fresh();
      expect(await look.look(request.name)).toBeUndefined();
      const { currentVersionId } = await versions.open(request);
      const seen = await look.look(request.name);
      expect(seen?.versions[currentVersionId!]).toEqual(['AWSCURRENT']);
      expect(seen?.tags).toMatchObject({ [TAG_UID]: request.uid, [TAG_CERTIFICATE]: request.certificate });
      expect(seen?.deletedAt).toBeUndefined();
    });

    it('tells the KMS key as it was given', async () => {
      const key = 'arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-000000000000';
      const { versions, look } = context().open({ kmsKeyId: key });
      const request = fresh();
      await versions.open(request);
      expect((await look.look(request.name))?.kmsKeyId).toBe(key);
    });

    it('shows what was done by hand: another version, and a deletion', async () => {
      const under = context();
      const { versions, look } = under.open();
      const request = fresh();
      const { currentVersionId } = await versions.open(request);
      await under.byHand.put({ name: request.name, text: 'by hand' });
      const edited = Object.entries((await look.look(request.name))!.versions);
      expect(edited.find(([, labels]) => labels.includes('AWSCURRENT'))?.[0]).not.toBe(currentVersionId);
      await under.byHand.scheduleDeletion(request.name);
      expect(Date.parse((await look.look(request.name))!.deletedAt!)).not.toBeNaN();
    });
  });

  describe('restore', () => {
    it('calls the deletion of our secret off, and leaves one that is not scheduled as it is', async () => {
      const under = context();
      const { versions, look } = under.open();
      const request = fresh();
      await versions.open(request);
      await under.byHand.scheduleDeletion(request.name);
      await versions.restore(request);
      await versions.restore(request);
      expect((await look.look(request.name))?.deletedAt).toBeUndefined();
      expect((await versions.open(request)).created).toBe(false);
    });

    it('leaves the deletion of a foreign secret alone', async () => {
      const under = context();
      const { versions, look } = under.open();
      const request = fresh();
      await under.byHand.create({ name: request.name, text: 'theirs' });
      await under.byHand.scheduleDeletion(request.name);
      await expect(versions.restore(request)).rejects.toEqual(code('SECRET_FOREIGN'));
      expect((await look.look(request.name))?.deletedAt).toBeDefined();
    });
  });
};
