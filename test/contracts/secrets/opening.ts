// The contract of SecretVersions.open.
import { describe, expect, it } from 'vitest';
import { Sealed } from '#core/sealed.ts';
import { type Context, code, fresh } from './setup.ts';

export const describeOpening = (context: Context): void => {
  describe('open', () => {
    it('makes a secret that says in words that nothing is issued, without any tls property', async () => {
      const under = context();
      const request = fresh();
      const view = await under.open().versions.open(request);
      expect(view.created).toBe(true);
      expect(view.versions).toEqual({ [view.currentVersionId ?? '']: ['AWSCURRENT'] });
      const { labels, tags } = await under.byHand.look(request.name);
      const placeholder = JSON.parse(labels.AWSCURRENT ?? '');
      expect(placeholder.evercert).toBe('placeholder');
      expect(Object.keys(placeholder).filter((key) => key.startsWith('tls.'))).toEqual([]);
      expect(tags).toEqual({ 'evercert.dev/uid': request.uid, 'evercert.dev/certificate': request.certificate });
    });

    it('makes a secret with the first value that is asked for, and asks for it only then', async () => {
      const under = context();
      const request = fresh();
      let asked = 0;
      const firstValue = async () => {
        asked++;
        return new Sealed('{"evercert":"temporary","tls.crt":"a","tls.key":"b"}');
      };
      const made = await under.open().versions.open({ ...request, firstValue });
      expect((await under.byHand.look(request.name)).labels).toEqual({
        AWSCURRENT: '{"evercert":"temporary","tls.crt":"a","tls.key":"b"}',
      });
      const again = await under.open().versions.open({ ...request, firstValue });
      expect(again).toEqual({ ...made, created: false });
      expect(asked).toBe(1);
    });

    it('finds what it made, unchanged', async () => {
      const under = context();
      const request = fresh();
      const made = await under.open().versions.open(request);
      expect(await under.open().versions.open(request)).toEqual({ ...made, created: false });
    });

    it('makes one secret when two open at once', async () => {
      const under = context();
      const request = fresh();
      const views = await Promise.all([under.open(), under.open()].map(({ versions }) => versions.open(request)));
      expect(views[0]?.currentVersionId).toBe(views[1]?.currentVersionId);
    });

    it('gives a secret of an earlier life the new uid', async () => {
      const under = context();
      const request = fresh();
      await under.open().versions.open(request);
      await under.open().versions.open({ ...request, uid: 'uid-of-the-next-row' });
      const { tags } = await under.byHand.look(request.name);
      expect(tags['evercert.dev/uid']).toBe('uid-of-the-next-row');
    });

    it('refuses a foreign secret and leaves it untouched', async () => {
      const under = context();
      const request = fresh();
      await under.byHand.create({ name: request.name, text: 'theirs', tags: { owner: 'somebody' } });
      await expect(under.open().versions.open(request)).rejects.toEqual(code('SECRET_FOREIGN'));
      expect(await under.byHand.look(request.name)).toEqual({
        labels: { AWSCURRENT: 'theirs' },
        tags: { owner: 'somebody' },
      });
    });

    it('refuses the secret of another certificate', async () => {
      const under = context();
      const request = fresh();
      await under.open().versions.open(request);
      await expect(under.open().versions.open({ ...request, certificate: 'web/other' })).rejects.toEqual(
        code('SECRET_FOREIGN'),
      );
    });

    it('refuses a secret that is scheduled for deletion', async () => {
      const under = context();
      const request = fresh();
      await under.open().versions.open(request);
      await under.byHand.scheduleDeletion(request.name);
      await expect(under.open().versions.open(request)).rejects.toEqual(code('SECRET_DELETED'));
    });
  });
};
