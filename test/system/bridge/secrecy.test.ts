// Nothing secret is told: deliveries and faults of every kind on real parts, and then a search of all that was logged,
// published, recorded, thrown and answered for keys, tokens and PEM with a key. It must never print what it finds.
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sealed } from '#core/sealed.ts';
import { type Bridge, bridgeOn, secretNameOf } from '#test/support/cluster/bridge.ts';
import { type Issued, issue } from '#test/support/cluster/issued.ts';
import { anyRights, clusterStore, companion, externalSecret } from '#test/support/cluster/manifests.ts';
import { OUR_KEYS, type Stage, startStage, tokensOf } from '#test/support/cluster/stage.ts';

let stage: Stage;
let bridge: Bridge;
const issued: Issued[] = [];
const thrown: unknown[] = [];
const tokens: string[] = [];

const placed = (certificate: string) => ({
  namespace: 'shop',
  name: `${certificate.split('/')[1]}-tls`,
  key: secretNameOf(certificate),
});

const begin = async (certificate: string): Promise<void> => {
  issued.push(await issue('first.example.com'));
  await stage.put(secretNameOf(certificate), issued.at(-1)!);
  await stage.apply(externalSecret(placed(certificate)), companion(placed(certificate)));
  await bridge.declare(certificate);
  issued.push(await bridge.issue(certificate));
};

/** Tokens as they are sent. */
const ask = (given: Parameters<typeof tokensOf>[0]) =>
  stage.askWith(async () => {
    const token = await tokensOf(given)();
    tokens.push(token.open());
    return token;
  });

beforeAll(async () => {
  stage = await startStage({ name: 'bridge-secrecy', namespaces: ['shop'] });
  bridge = bridgeOn(stage);
  await stage.apply(clusterStore(), ...anyRights());
  const names = ['good', 'denied', 'raw', 'opaque', 'tampered', 'stranger'].map((name) => `shop/${name}`);
  const opaque = { namespace: 'shop', name: 'opaque-tls' };
  await stage.apply({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: opaque });
  for (const name of names) await begin(name);
  stage.relay.denied.add(secretNameOf('shop/denied'));
  // Not JSON at all: the key itself is what an operator would quote.
  const raw = await issue('raw.example.com');
  issued.push(raw);
  await stage.put(secretNameOf('shop/raw'), { value: raw.key, versionId: randomUUID() });
  await bridge.sync({ certificates: names }, ask({}));
  const body = { data: { 'tls.crt': Buffer.from(raw.key.open()).toString('base64') } };
  const path = '/api/v1/namespaces/shop/secrets/tampered-tls-public';
  await stage.admin({ method: 'PATCH', path, body, type: 'application/merge-patch+json' });
  await bridge.again(ask({}));
  await bridge.again(ask({ eksName: 'another' }));
  await bridge.again(ask({ keys: { ...OUR_KEYS, secretAccessKey: 'another-secret' } }));
  const garbage = stage.askWith(
    async () => new Sealed(`k8s-aws-v1.${Buffer.from(raw.key.open()).toString('base64url')}`),
  );
  for (const asked of [garbage, ask({ eksName: 'another' })]) {
    const [outcome] = await Promise.allSettled([asked({ method: 'GET', path: '/api', action: 'get everything' })]);
    thrown.push(outcome.status === 'rejected' ? outcome.reason : 'it was let in');
  }
});
afterAll(() => stage?.stop());

/** Whole lines of the keys' base64, and what a token is told by. */
const secrets = (): string[] => [
  ...issued.flatMap(({ key }) =>
    key
      .open()
      .split('\n')
      .filter((line) => line.length > 20 && !line.startsWith('-----')),
  ),
  ...new Set(tokens),
  'another-secret',
  OUR_KEYS.secretAccessKey,
];
const FORMS = [/PRIVATE KEY/, /X-Amz-Signature=/, /k8s-aws-v1\.[A-Za-z0-9_-]{20}/];

const found = (text: string): number =>
  secrets().filter((secret) => text.includes(secret)).length + FORMS.filter((form) => form.test(text)).length;

describe('no key, no token and no PEM with a key is in', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['what sync logs', () => bridge.lines.join('\n')],
    ['its events', () => JSON.stringify(bridge.bus.published())],
    ["the ledger's targets", () => JSON.stringify(bridge.ledger.targets())],
    [
      'errors, however they are printed',
      () => [...thrown.map((one) => inspect(one, { depth: 9 })), ...thrown.map(String), JSON.stringify(thrown)].join(),
    ],
    [
      "the operator's words in the cluster",
      async () => JSON.stringify((await stage.admin({ method: 'GET', path: '/api/v1/events' })).body),
    ],
    ['what the operator, the API server and the emulator log', () => stage.logs()],
    [
      'the public companions',
      async () =>
        JSON.stringify(
          await Promise.all(
            ['good', 'denied'].map((name) => stage.secretIn({ namespace: 'shop', name: `${name}-tls-public` })),
          ),
        ),
    ],
  ])('%s', async (_where, text) => {
    const searched = await text();
    expect(searched.length).toBeGreaterThan(100);
    expect(found(searched)).toBe(0);
  });

  it('the search itself: it finds them where they are', async () => {
    const held = await stage.secretIn({ namespace: 'shop', name: 'good-tls' });
    expect(found(JSON.stringify(held).replaceAll('\\n', '\n'))).toBeGreaterThan(1);
    expect(found(tokens[0]!)).toBe(2);
  });

  it('a printed token source, or a printed client', async () => {
    const source = tokensOf({});
    expect(found(inspect([source, await source(), stage.ask], { depth: 9, showHidden: true }))).toBe(0);
  });

  it('whatever failed, it was said: five targets lag or were told of', () => {
    expect(bridge.ledger.targets().filter(({ failure }) => failure !== undefined).length).toBeGreaterThanOrEqual(3);
    expect(thrown.map((one) => (one as { code: string }).code)).toEqual([
      'CLUSTER_UNAUTHORIZED',
      'CLUSTER_UNAUTHORIZED',
    ]);
  });
});
