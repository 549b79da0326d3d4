// The contract of SecretVersions.put and read.
import { describe, expect, it } from 'vitest';
import { keyLabel, versionToken } from '#core/names.ts';
import { type Context, code, fresh, sealed } from './setup.ts';

export const describeVersions = (context: Context): void => {
  describe('put and read', () => {
    const token = versionToken('uid-of-the-row', 1, 'key');
    const label = keyLabel(1);

    it('stages a version under its label and leaves what is current alone', async () => {
      const under = context();
      const request = fresh();
      const { versions } = under.open();
      const { currentVersionId } = await versions.open(request);
      expect(await versions.put({ name: request.name, token, label, value: sealed('the key') })).toBe(token);
      expect((await versions.read({ name: request.name, versionId: token }))?.open()).toBe('the key');
      const view = await versions.open(request);
      expect(view.currentVersionId).toBe(currentVersionId);
      expect(view.versions[token]).toEqual([label]);
    });

    it('may be repeated with the same value, by the same holder and by the next', async () => {
      const under = context();
      const request = fresh();
      const first = under.open().versions;
      await first.open(request);
      const put = { name: request.name, token, label, value: sealed('the key') };
      await first.put(put);
      await first.put(put);
      const next = under.open().versions;
      await next.open(request);
      expect(await next.put(put)).toBe(token);
      expect(await under.open().versions.put(put)).toBe(token);
      expect((await under.byHand.look(request.name)).labels[label]).toBe('the key');
    });

    it('keeps the first value of a token and says so to whoever brings another', async () => {
      const under = context();
      const request = fresh();
      const { versions } = under.open();
      await versions.open(request);
      await versions.put({ name: request.name, token, label, value: sealed('the key') });
      const other = { name: request.name, token, label, value: sealed('another key') };
      await expect(versions.put(other)).rejects.toEqual(code('SECRET_CONTENTION'));
      expect((await versions.read({ name: request.name, versionId: token }))?.open()).toBe('the key');
    });

    it('notices a value that another holder staged under the token after it looked', async () => {
      const under = context();
      const request = fresh();
      const [frozen, awake] = [under.open().versions, under.open().versions];
      await frozen.open(request);
      await awake.open(request);
      await awake.put({ name: request.name, token, label, value: sealed('the key') });
      const late = frozen.put({ name: request.name, token, label, value: sealed('another key') });
      if (under.differences.overwritesTokens) {
        expect(await late).toBe(token);
        expect((await awake.read({ name: request.name, versionId: token }))?.open()).toBe('another key');
      } else {
        await expect(late).rejects.toEqual(code('SECRET_CONTENTION'));
        expect((await awake.read({ name: request.name, versionId: token }))?.open()).toBe('the key');
      }
    });

    it('puts the label back on a version that lost it', async () => {
      const under = context();
      const request = fresh();
      const { versions } = under.open();
      await versions.open(request);
      const put = { name: request.name, token, label, value: sealed('the key') };
      await versions.put(put);
      await versions.drop({ name: request.name, labels: [{ label, versionId: token }] });
      await under.open().versions.put(put);
      expect((await under.byHand.look(request.name)).labels[label]).toBe('the key');
    });

    it('refuses more than 65,536 bytes before anything is sent, and takes as much as that', async () => {
      const under = context();
      const request = fresh();
      const { versions } = under.open();
      await versions.open(request);
      const put = (bytes: number) =>
        versions.put({ name: request.name, token, label, value: sealed('x'.repeat(bytes)) });
      await expect(put(65_537)).rejects.toEqual(code('SECRET_TOO_LARGE'));
      expect(await put(65_536)).toBe(token);
    });

    it('reads nothing where there is no such version', async () => {
      const under = context();
      const request = fresh();
      const { versions } = under.open();
      await versions.open(request);
      expect(await versions.read({ name: request.name, versionId: versionToken('x', 9, 'never') })).toBeUndefined();
    });
  });
};
