// The contract of SecretLabels.
import { describe, expect, it } from 'vitest';
import { bundleLabel, keyLabel, versionToken } from '#core/names.ts';
import { type Context, code, fresh, sealed } from './setup.ts';

export const describeLabels = (context: Context): void => {
  describe('promote and drop', () => {
    const keyToken = versionToken('uid-of-the-row', 1, 'key');
    const token = versionToken('uid-of-the-row', 1, 'bundle');
    const staged = async () => {
      const under = context();
      const request = fresh();
      const { versions } = under.open();
      const { currentVersionId } = await versions.open(request);
      await versions.put({ name: request.name, token: keyToken, label: keyLabel(1), value: sealed('the key') });
      await versions.put({ name: request.name, token, label: bundleLabel(1), value: sealed('the bundle') });
      return { under, versions, name: request.name, placeholder: currentVersionId, request };
    };

    it('makes a staged version current and the one before it previous', async () => {
      const { under, versions, name, placeholder } = await staged();
      await versions.promote({ name, versionId: token, fromVersionId: placeholder });
      const { labels } = await under.byHand.look(name);
      expect(labels.AWSCURRENT).toBe('the bundle');
      expect(JSON.parse(labels.AWSPREVIOUS ?? '').evercert).toBe('placeholder');
    });

    it('may be repeated', async () => {
      const { versions, name, placeholder, request } = await staged();
      await versions.promote({ name, versionId: token, fromVersionId: placeholder });
      await versions.promote({ name, versionId: token, fromVersionId: placeholder });
      await versions.promote({ name, versionId: token, fromVersionId: token });
      expect((await versions.open(request)).currentVersionId).toBe(token);
    });

    it('refuses when somebody else has made another version current', async () => {
      const { under, versions, name, placeholder } = await staged();
      await under.byHand.put({ name, text: 'by hand' });
      const promotion = versions.promote({ name, versionId: token, fromVersionId: placeholder });
      await expect(promotion).rejects.toEqual(code('SECRET_CONTENTION'));
      expect((await under.byHand.look(name)).labels.AWSCURRENT).toBe('by hand');
    });

    it('refuses a version that is not there', async () => {
      const { versions, name, placeholder } = await staged();
      const promotion = versions.promote({
        name,
        versionId: versionToken('x', 9, 'never'),
        fromVersionId: placeholder,
      });
      await expect(promotion).rejects.toEqual(code('SECRET_CONTENTION'));
    });

    it('refuses without a version to take it from when one is current', async () => {
      const { versions, name } = await staged();
      const promotion = versions.promote({ name, versionId: token, fromVersionId: undefined });
      await expect(promotion).rejects.toEqual(code('SECRET_CONTENTION'));
    });

    it('drops labels, and those that are off already', async () => {
      const { under, versions, name, placeholder } = await staged();
      await versions.promote({ name, versionId: token, fromVersionId: placeholder });
      const labels = [
        { label: keyLabel(1), versionId: keyToken },
        { label: bundleLabel(1), versionId: token },
      ];
      await versions.drop({ name, labels });
      await versions.drop({ name, labels });
      expect(Object.keys((await under.byHand.look(name)).labels).sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
      expect((await versions.read({ name, versionId: token }))?.open()).toBe('the bundle');
    });

    it('leaves a label that has moved to another version there', async () => {
      const { under, versions, name } = await staged();
      await versions.drop({ name, labels: [{ label: keyLabel(1), versionId: token }] });
      expect((await under.byHand.look(name)).labels[keyLabel(1)]).toBe('the key');
    });
  });
};
