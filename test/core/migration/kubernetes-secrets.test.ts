// What kubectl prints, in all its forms, and texts that are nothing of it.
import { describe, expect, it } from 'vitest';
import { readKubernetesSecrets } from '#core/migration/kubernetes-secrets.ts';

const read = (text: string) => {
  const secrets = readKubernetesSecrets(text);
  if ('unread' in secrets) return secrets;
  return secrets.map(({ namespace, name, type, data }) => ({
    is: `${namespace}/${name} ${type}`,
    ...Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value.open()])),
  }));
};

const YAML = `apiVersion: v1
kind: Secret
metadata: {name: web-tls, namespace: shop}
type: kubernetes.io/tls
data: {tls.crt: YQ==}
`;
const OBJECT = { kind: 'Secret', metadata: { name: 'a' }, type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'b' } };

describe('Secrets are read', () => {
  it.each<[string, string, object[]]>([
    ['one in YAML', YAML, [{ is: 'shop/web-tls kubernetes.io/tls', 'tls.crt': 'a' }]],
    ['one in JSON', JSON.stringify(OBJECT), [{ is: 'default/a kubernetes.io/tls', 'tls.crt': 'b' }]],
    [
      'a list in JSON',
      JSON.stringify({ kind: 'List', items: [OBJECT, { kind: 'ConfigMap', metadata: { name: 'x' } }, OBJECT] }),
      [
        { is: 'default/a kubernetes.io/tls', 'tls.crt': 'b' },
        { is: 'default/a kubernetes.io/tls', 'tls.crt': 'b' },
      ],
    ],
    [
      'several documents, and lists among them',
      `${YAML}---\nkind: SecretList\nitems:\n- kind: Secret\n  metadata: {name: b}\n---\n${YAML}`,
      [
        { is: 'shop/web-tls kubernetes.io/tls', 'tls.crt': 'a' },
        { is: 'default/b Opaque' },
        { is: 'shop/web-tls kubernetes.io/tls', 'tls.crt': 'a' },
      ],
    ],
    ['none in an empty text', '', []],
    ['none among other things', 'kind: Pod\nmetadata: {name: a}\n', []],
  ])('%s', (_, text, secrets) => {
    expect(read(text)).toEqual(secrets);
  });

  it('quickly where there are a thousand', () => {
    const items = Array.from({ length: 1_000 }, () => OBJECT);
    expect(read(JSON.stringify({ kind: 'List', items }))).toHaveLength(1_000);
  });
});

describe('what is neither JSON nor YAML', () => {
  it.each(['{"data": {"tls.key": "SECRET"', 'data: {tls.key: "SECRET', 'a: b: SECRET'])(
    'is told by its line, without a word of it: %s',
    (text) => {
      expect(read(text)).toEqual({ unread: expect.stringMatching(/^it is neither JSON nor YAML( \(line \d+\))?$/) });
    },
  );
});
