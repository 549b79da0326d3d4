// The secrets of keystore passwords in the local cloud.
import { expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { makePasswordSecrets } from '#local/cloud/password-secrets.ts';
import { FakeSecrets } from '#test/support/fake-secrets.ts';
import { certificateYaml, issuerYaml } from '#test/support/world.ts';

const STORES = `
  keystores:
    pkcs12: { create: true, passwordSecretRef: { name: pass, key: p12 } }
    jks: { create: true, passwordSecretRef: { name: pass, key: jks } }
`;
const text =
  issuerYaml() + certificateYaml('web', ['web.example.com'], STORES) + certificateYaml('api', ['api.example.com']);
const { certificates } = readDeclarations([{ file: 'a.yaml', text }], { scope: 'folder' }).catalogue;

it('are made where they are missing, with every property that is referred to, and left alone where they are there', async () => {
  const secrets = new FakeSecrets();
  const request = { client: secrets.model.client, prefix: 'evercert', certificates };
  expect(await makePasswordSecrets(request)).toEqual([
    'secret evercert-refs/default/pass is made, with the keystore password "changeit"',
  ]);
  expect(secrets.text('evercert-refs/default/pass')).toBe('{"p12":"changeit","jks":"changeit"}');
  secrets.plant('evercert-refs/default/pass', '{"p12":"mine"}');
  expect(await makePasswordSecrets(request)).toEqual([]);
  expect(secrets.text('evercert-refs/default/pass')).toBe('{"p12":"mine"}');
});
