// The contract of ReferenceSecrets.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Context, code, sealed } from './setup.ts';

export const describeReferences = (context: Context): void => {
  describe('reference secrets', () => {
    const freshName = (): string => `evercert-refs/web/account-${randomBytes(6).toString('hex')}`;
    const property = 'tls.key';

    it('have nothing where there is no secret, and give back what was made', async () => {
      const name = freshName();
      const { references } = context().open();
      expect(await references.read({ name, property })).toBeUndefined();
      const made = await references.create({ name, property, value: sealed('first') });
      expect(made.value.open()).toBe('first');
      const read = await references.read({ name, property });
      expect(read?.value.open()).toBe('first');
      expect(read?.versionId).toBe(made.versionId);
    });

    it('give the later creator what the earlier one made', async () => {
      const name = freshName();
      const under = context();
      const first = await under.open().references.create({ name, property, value: sealed('first') });
      const second = await under.open().references.create({ name, property, value: sealed('second') });
      expect([second.value.open(), second.versionId]).toEqual(['first', first.versionId]);
    });

    it('agree when five create at once', async () => {
      const name = freshName();
      const under = context();
      const made = await Promise.all(
        [1, 2, 3, 4, 5].map((n) => under.open().references.create({ name, property, value: sealed(`key ${n}`) })),
      );
      expect(new Set(made.map(({ value }) => value.open())).size).toBe(1);
    });

    it('add a property to a secret of somebody else and keep the others', async () => {
      const name = freshName();
      const under = context();
      await under.byHand.create({ name, text: '{"password":"theirs","n":1}' });
      const { references } = under.open();
      expect(await references.read({ name, property })).toBeUndefined();
      await references.create({ name, property, value: sealed('ours') });
      const { labels } = await under.byHand.look(name);
      expect(JSON.parse(labels.AWSCURRENT ?? '')).toEqual({ password: 'theirs', n: 1, 'tls.key': 'ours' });
      expect(Object.keys(labels).sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    });

    it('put a property in the place of another in one version, and keep the others', async () => {
      const name = freshName();
      const under = context();
      await under.byHand.create({ name, text: '{"tls.key":"old","tls.key.next":"new","n":1}' });
      const { references } = under.open();
      await references.move({ name, from: 'tls.key.next', to: property });
      await references.move({ name, from: 'tls.key.next', to: property });
      const { labels } = await under.byHand.look(name);
      expect(JSON.parse(labels.AWSCURRENT ?? '')).toEqual({ 'tls.key': 'new', n: 1 });
      expect(JSON.parse(labels.AWSPREVIOUS ?? '')).toEqual({ 'tls.key': 'old', 'tls.key.next': 'new', n: 1 });
      expect(Object.keys(labels).sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    });

    it('say what is missing where there is nothing to move', async () => {
      const { references } = context().open();
      const move = references.move({ name: freshName(), from: 'tls.key.next', to: property });
      await expect(move).rejects.toEqual(code('ACCOUNT_KEY_MISSING'));
    });

    it('fill a secret that was made without a value', async () => {
      const name = freshName();
      const under = context();
      await under.byHand.create({ name });
      const { references } = under.open();
      expect(await references.read({ name, property })).toBeUndefined();
      await references.create({ name, property, value: sealed('ours') });
      expect((await references.read({ name, property }))?.value.open()).toBe('ours');
    });

    it.each(['-----BEGIN PRIVATE KEY----- raw', '["a"]', '{"tls.key":5}'])(
      'refuse the content %s without echoing it',
      async (text) => {
        const name = freshName();
        const under = context();
        await under.byHand.create({ name, text });
        const failure = await under
          .open()
          .references.read({ name, property })
          .catch((error: unknown) => error);
        expect(failure).toEqual(code('ACCOUNT_KEY_UNFIT'));
        expect(String(failure)).not.toContain('BEGIN');
      },
    );

    it('say that a secret is scheduled for deletion', async () => {
      const name = freshName();
      const under = context();
      await under.byHand.create({ name, text: '{}' });
      await under.byHand.scheduleDeletion(name);
      await expect(under.open().references.read({ name, property })).rejects.toEqual(code('SECRET_DELETED'));
    });
  });
};
