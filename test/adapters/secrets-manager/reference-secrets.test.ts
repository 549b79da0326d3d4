// What the emulators cannot show of reference secrets: somebody else writing in between.
import { describe, expect, it } from 'vitest';
import { referenceSecrets } from '#adapters/secrets-manager/reference-secrets.ts';
import { Sealed } from '#core/sealed.ts';
import { FakeSecrets } from '#test/support/fake-secrets.ts';
import { SecretsManagerModel } from '#test/support/secrets-manager-model.ts';

const name = 'evercert-refs/web/account';

/** A model in which somebody writes `text` just before the first promotion. */
const withIntruder = (text: string): SecretsManagerModel => {
  const model = new SecretsManagerModel();
  const send = model.send.bind(model);
  let waits = true;
  model.send = async (command) => {
    if ((command as object).constructor.name === 'UpdateSecretVersionStageCommand' && waits) {
      waits = false;
      const secret = model.secrets.get(name);
      for (const version of secret?.versions.values() ?? []) version.labels.delete('AWSCURRENT');
      secret?.versions.set('intruder', { text, labels: new Set(['AWSCURRENT']) });
    }
    return send(command);
  };
  model.secrets.set(name, {
    tags: new Map(),
    versions: new Map([['first', { text: '{"a":"1"}', labels: new Set(['AWSCURRENT']) }]]),
  });
  return model;
};

describe('adding a property', () => {
  it('keeps what somebody else adds meanwhile', async () => {
    const model = withIntruder('{"a":"1","b":"2"}');
    const references = referenceSecrets({ client: model.client });
    await references.create({ name, property: 'tls.key', value: new Sealed('ours') });
    const read = await references.read({ name, property: 'b' });
    expect(read?.value.open()).toBe('2');
    expect((await references.read({ name, property: 'tls.key' }))?.value.open()).toBe('ours');
  });

  it('gives theirs when they add the same property meanwhile, and leaves no label', async () => {
    const model = withIntruder('{"tls.key":"theirs"}');
    const references = referenceSecrets({ client: model.client });
    const made = await references.create({ name, property: 'tls.key', value: new Sealed('ours') });
    expect([made.value.open(), made.versionId]).toEqual(['theirs', 'intruder']);
    const labels = [...(model.secrets.get(name)?.versions.values() ?? [])].flatMap((version) => [...version.labels]);
    expect(labels).toEqual(['AWSCURRENT']);
  });
});

describe('the fake', () => {
  it('tells its hook of every call, before and after, and loses an answer where the hook throws after', async () => {
    const heard: string[] = [];
    const secrets = new FakeSecrets({
      hook: ({ port, method, when }) => {
        heard.push(`${when} ${port}.${method}`);
        if (when === 'after' && method === 'create') throw new Error('the answer is lost');
      },
    });
    const create = secrets.references.create({ name, property: 'tls.key', value: new Sealed('ours') });
    await expect(create).rejects.toThrow('the answer is lost');
    expect(secrets.text(name)).toBe('{"tls.key":"ours"}');
    expect(heard).toEqual(['before ReferenceSecrets.create', 'after ReferenceSecrets.create']);
  });
});
