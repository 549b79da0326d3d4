// What every implementer of the secret ports must do, whatever stands behind it. A declared difference of an emulator
// is asserted as it is, never passed over.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleLabel, keyLabel, versionToken } from '#core/names.ts';
import type { ReferenceSecrets, SecretLabels, SecretVersions } from '#core/ports.ts';
import { Sealed } from '#core/sealed.ts';

export interface SecretsUnderTest {
  /** A fresh implementer, as another container would have it, over the same store. */
  open(): { versions: SecretVersions & SecretLabels; references: ReferenceSecrets };
  /** Somebody else's hand on the store. */
  byHand: {
    create(request: { name: string; text?: string; tags?: Readonly<Record<string, string>> }): Promise<void>;
    put(request: { name: string; text: string }): Promise<void>;
    scheduleDeletion(name: string): Promise<void>;
    /** All that is there: label -> text; and the tags. */
    look(name: string): Promise<{ labels: Readonly<Record<string, string>>; tags: Readonly<Record<string, string>> }>;
  };
  /** How this part differs from AWS; the suite asserts the difference. */
  differences: {
    /** A token is overwritten by another value when the writer has not looked (ministack). */
    overwritesTokens: boolean;
  };
  close(): Promise<void>;
}

export const describeSecrets = (part: string, setup: () => Promise<SecretsUnderTest>): void => {
  describe(`the secret ports on ${part}`, () => {
    let under: SecretsUnderTest;
    let name = '';
    let certificate = '';
    const uid = 'uid-of-the-row';
    beforeAll(async () => {
      under = await setup();
      return () => under.close();
    }, 120_000);
    const fresh = () => {
      certificate = `web/shop-${randomBytes(6).toString('hex')}`;
      name = `evercert/${certificate}`;
      return { name, certificate, uid };
    };
    afterEach(() => {
      name = '';
    });

    describeOpening(() => ({ under, fresh }));
    describeVersions(() => ({ under, fresh }));
    describeLabels(() => ({ under, fresh }));
    describeReferences(() => ({ under }));
  });
};

type Context = () => {
  under: SecretsUnderTest;
  fresh: () => { name: string; certificate: string; uid: string };
};

const code = (expected: string) => expect.objectContaining({ name: 'EvercertError', code: expected });
const sealed = (text: string): Sealed<string> => new Sealed(text);

const describeOpening = (context: Context): void => {
  describe('open', () => {
    it('makes a secret that says in words that nothing is issued, without any tls property', async () => {
      const { under, fresh } = context();
      const request = fresh();
      const view = await under.open().versions.open(request);
      expect(view.created).toBe(true);
      expect(view.versions).toEqual({ [view.currentVersionId ?? '']: ['AWSCURRENT'] });
      const { labels, tags } = await under.byHand.look(request.name);
      const placeholder = JSON.parse(labels.AWSCURRENT ?? '');
      expect(placeholder.evercert).toBe('placeholder');
      expect(Object.keys(placeholder).filter((key) => key.startsWith('tls.'))).toEqual([]);
      expect(tags).toEqual({ 'evercert.dev/uid': uidOf(request), 'evercert.dev/certificate': request.certificate });
    });

    it('finds what it made, unchanged', async () => {
      const { under, fresh } = context();
      const request = fresh();
      const made = await under.open().versions.open(request);
      expect(await under.open().versions.open(request)).toEqual({ ...made, created: false });
    });

    it('makes one secret when two open at once', async () => {
      const { under, fresh } = context();
      const request = fresh();
      const views = await Promise.all([under.open(), under.open()].map(({ versions }) => versions.open(request)));
      expect(views[0]?.currentVersionId).toBe(views[1]?.currentVersionId);
    });

    it('gives a secret of an earlier life the new uid', async () => {
      const { under, fresh } = context();
      const request = fresh();
      await under.open().versions.open(request);
      await under.open().versions.open({ ...request, uid: 'uid-of-the-next-row' });
      const { tags } = await under.byHand.look(request.name);
      expect(tags['evercert.dev/uid']).toBe('uid-of-the-next-row');
    });

    it('refuses a foreign secret and leaves it untouched', async () => {
      const { under, fresh } = context();
      const request = fresh();
      await under.byHand.create({ name: request.name, text: 'theirs', tags: { owner: 'somebody' } });
      await expect(under.open().versions.open(request)).rejects.toEqual(code('SECRET_FOREIGN'));
      expect(await under.byHand.look(request.name)).toEqual({
        labels: { AWSCURRENT: 'theirs' },
        tags: { owner: 'somebody' },
      });
    });

    it('refuses the secret of another certificate', async () => {
      const { under, fresh } = context();
      const request = fresh();
      await under.open().versions.open(request);
      await expect(under.open().versions.open({ ...request, certificate: 'web/other' })).rejects.toEqual(
        code('SECRET_FOREIGN'),
      );
    });

    it('refuses a secret that is scheduled for deletion', async () => {
      const { under, fresh } = context();
      const request = fresh();
      await under.open().versions.open(request);
      await under.byHand.scheduleDeletion(request.name);
      await expect(under.open().versions.open(request)).rejects.toEqual(code('SECRET_DELETED'));
    });
  });
};

const uidOf = (request: { uid: string }): string => request.uid;

const describeVersions = (context: Context): void => {
  describe('put and read', () => {
    const token = versionToken('uid-of-the-row', 1, 'key');
    const label = keyLabel(1);

    it('stages a version under its label and leaves what is current alone', async () => {
      const { under, fresh } = context();
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
      const { under, fresh } = context();
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
      const { under, fresh } = context();
      const request = fresh();
      const { versions } = under.open();
      await versions.open(request);
      await versions.put({ name: request.name, token, label, value: sealed('the key') });
      const other = { name: request.name, token, label, value: sealed('another key') };
      await expect(versions.put(other)).rejects.toEqual(code('SECRET_CONTENTION'));
      expect((await versions.read({ name: request.name, versionId: token }))?.open()).toBe('the key');
    });

    it('notices a value that another holder staged under the token after it looked', async () => {
      const { under, fresh } = context();
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
      const { under, fresh } = context();
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
      const { under, fresh } = context();
      const request = fresh();
      const { versions } = under.open();
      await versions.open(request);
      const put = (bytes: number) =>
        versions.put({ name: request.name, token, label, value: sealed('x'.repeat(bytes)) });
      await expect(put(65_537)).rejects.toEqual(code('SECRET_TOO_LARGE'));
      expect(await put(65_536)).toBe(token);
    });

    it('reads nothing where there is no such version', async () => {
      const { under, fresh } = context();
      const request = fresh();
      const { versions } = under.open();
      await versions.open(request);
      expect(await versions.read({ name: request.name, versionId: versionToken('x', 9, 'never') })).toBeUndefined();
    });
  });
};

const describeLabels = (context: Context): void => {
  describe('promote and drop', () => {
    const keyToken = versionToken('uid-of-the-row', 1, 'key');
    const token = versionToken('uid-of-the-row', 1, 'bundle');
    const staged = async () => {
      const { under, fresh } = context();
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

const describeReferences = (context: () => { under: SecretsUnderTest }): void => {
  describe('reference secrets', () => {
    const freshName = (): string => `evercert-refs/web/account-${randomBytes(6).toString('hex')}`;
    const property = 'tls.key';

    it('have nothing where there is no secret, and give back what was made', async () => {
      const name = freshName();
      const { references } = context().under.open();
      expect(await references.read({ name, property })).toBeUndefined();
      const made = await references.create({ name, property, value: sealed('first') });
      expect(made.value.open()).toBe('first');
      const read = await references.read({ name, property });
      expect(read?.value.open()).toBe('first');
      expect(read?.versionId).toBe(made.versionId);
    });

    it('give the later creator what the earlier one made', async () => {
      const name = freshName();
      const { under } = context();
      const first = await under.open().references.create({ name, property, value: sealed('first') });
      const second = await under.open().references.create({ name, property, value: sealed('second') });
      expect([second.value.open(), second.versionId]).toEqual(['first', first.versionId]);
    });

    it('agree when five create at once', async () => {
      const name = freshName();
      const { under } = context();
      const made = await Promise.all(
        [1, 2, 3, 4, 5].map((n) => under.open().references.create({ name, property, value: sealed(`key ${n}`) })),
      );
      expect(new Set(made.map(({ value }) => value.open())).size).toBe(1);
    });

    it('add a property to a secret of somebody else and keep the others', async () => {
      const name = freshName();
      const { under } = context();
      await under.byHand.create({ name, text: '{"password":"theirs","n":1}' });
      const { references } = under.open();
      expect(await references.read({ name, property })).toBeUndefined();
      await references.create({ name, property, value: sealed('ours') });
      const { labels } = await under.byHand.look(name);
      expect(JSON.parse(labels.AWSCURRENT ?? '')).toEqual({ password: 'theirs', n: 1, 'tls.key': 'ours' });
      expect(Object.keys(labels).sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    });

    it('fill a secret that was made without a value', async () => {
      const name = freshName();
      const { under } = context();
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
        const { under } = context();
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
      const { under } = context();
      await under.byHand.create({ name, text: '{}' });
      await under.byHand.scheduleDeletion(name);
      await expect(under.open().references.read({ name, property })).rejects.toEqual(code('SECRET_DELETED'));
    });
  });
};
