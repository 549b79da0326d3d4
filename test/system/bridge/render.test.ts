// Every generated ExternalSecret in the operator's own template engine: a value as the service stores it in, the bytes of the
// Kubernetes Secret out. It must never render a template itself.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { keystoreMaker } from '#adapters/keystores/keystore-maker.ts';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { Manifest } from '#core/bridge/manifests/model.ts';
import { documentOf } from '#core/bridge/manifests/text.ts';
import { leafFacts, parseChain } from '#core/certificate/chain.ts';
import { render } from '#core/certificate/render.ts';
import { givesAnchors } from '#core/declaration/issuer-types.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { Sealed } from '#core/sealed.ts';
import { inputOf, SAMPLE, titleOf } from '#test/support/bridge/catalogue.ts';
import { type Issued, issue } from '#test/support/cluster/issued.ts';
import { clusterPrograms } from '#test/support/cluster/programs.ts';

const INPUT = inputOf(SAMPLE, { esoVersion: '0.20.4' }, { trust: 'external-secrets' });
const MANIFESTS = manifestsFor(INPUT);

interface Spec {
  readonly target: { readonly name: string; readonly template: { readonly data?: object } };
  readonly data: readonly {
    readonly secretKey: string;
    readonly remoteRef: { readonly key: string; readonly property: string; readonly decodingStrategy: string };
  }[];
}

/** What the engine is given: a ClusterExternalSecret hands down the same spec. */
const asExternalSecret = (manifest: Manifest): Manifest & { readonly spec: Spec } => {
  const spec = manifest.spec as Spec & { readonly externalSecretSpec?: Spec };
  return { ...manifest, kind: 'ExternalSecret', spec: spec.externalSecretSpec ?? spec };
};

const SECRETS = MANIFESTS.filter(({ kind }) => kind.endsWith('ExternalSecret')).map((one) => ({
  title: titleOf(one),
  manifest: asExternalSecret(one),
}));

type Value = Readonly<Record<string, string>>;

/** One version's JSON, as the service renders it. */
const storedValue = async (declared: DeclaredCertificate, issued: Issued): Promise<Value> => {
  const facts = leafFacts(parseChain(issued.chainPem)[0]!);
  const { chainPem, key, versionId, caPem } = issued;
  const password = new Sealed('changeit');
  const bundle = {
    chainPem,
    key,
    facts,
    versionId,
    spec: declared.certificate,
    passwords: { pkcs12: password, jks: password },
  };
  const text = await render({ ...bundle, ...(givesAnchors(declared.issuer) ? { caPem } : {}) }, keystoreMaker);
  return JSON.parse(text.open()) as Value;
};

const run = promisify(execFile);
let folder: string;
let esoctl: string;
let values: ReadonlyMap<string, Value>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evercert-render-'));
  esoctl = (await clusterPrograms()).esoctl;
  const issued = await issue('www.example.com');
  values = new Map(
    await Promise.all(
      INPUT.catalogue.certificates.map(
        async (one) => [`evercert/${one.name}`, await storedValue(one, issued)] as const,
      ),
    ),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Bytes of a property as the operator fetches it; a missing one is its error. */
const bytesOf = ({ key, property, decodingStrategy }: Spec['data'][number]['remoteRef']): Buffer => {
  const text = values.get(key)?.[property];
  if (text === undefined) throw new Error(`key ${property} does not exist in secret ${key}`);
  return Buffer.from(text, decodingStrategy === 'Base64' ? 'base64' : 'utf8');
};

interface Rendered {
  readonly data?: Readonly<Record<string, string>>;
  readonly metadata: { readonly annotations: Value; readonly labels: Value };
}

const rendered = async (manifest: Manifest & { readonly spec: Spec }): Promise<Rendered> => {
  const [source, data, output] = ['es.yaml', 'data.yaml', 'output.yaml'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const fetched = manifest.spec.data.map(({ secretKey, remoteRef }) => [
    secretKey,
    bytesOf(remoteRef).toString('base64'),
  ]);
  writeFileSync(source, documentOf(manifest));
  writeFileSync(data, documentOf(Object.fromEntries(fetched)));
  const files = ['--source-templated-object', source, '--source-secret-data-file', data, '--output', output];
  await run(esoctl, ['template', ...files]);
  return parse(readFileSync(output, 'utf8')) as Rendered;
};

const plain = (value: string | undefined): string => Buffer.from(value ?? '', 'base64').toString('utf8');

describe('a generated ExternalSecret renders', () => {
  it.each(SECRETS.filter(({ manifest }) => manifest.spec.target.template.data !== undefined))(
    '$title: each key with the very bytes of its property',
    async ({ manifest }) => {
      const { data = {} } = await rendered(manifest);
      const names = new Map(manifest.spec.data.map(({ secretKey, remoteRef }) => [secretKey, remoteRef]));
      const template = Object.entries(manifest.spec.target.template.data as Value);
      const expected = template.map(([key, text]) => [key, bytesOf(names.get(text.slice(4, -3))!).toString('base64')]);
      expect(data).toEqual(Object.fromEntries(expected));
    },
  );

  it.each(SECRETS.filter(({ manifest }) => manifest.spec.target.template.data === undefined))(
    '$title: no template of data, so that what is fetched is copied',
    async ({ manifest }) => {
      expect((await rendered(manifest)).data ?? {}).toEqual({});
      for (const { secretKey, remoteRef } of manifest.spec.data) {
        expect(secretKey).toBe(remoteRef.property);
        expect(bytesOf(remoteRef).length).toBeGreaterThan(0);
      }
    },
  );

  it('to the pair, the anchors, the formats and the stores that a Java service reads', async () => {
    const { data = {} } = await rendered(
      SECRETS.find(({ title }) => title === 'ExternalSecret shop/java-tls')!.manifest,
    );
    expect(Object.keys(data).sort()).toEqual([
      'ca.crt',
      'key.der',
      'keystore.jks',
      'keystore.p12',
      'tls-combined.pem',
      'tls.crt',
      'tls.key',
      'truststore.jks',
      'truststore.p12',
    ]);
    expect(plain(data['tls.crt'])).toMatch(/^-----BEGIN CERTIFICATE-----\n[\s\S]*-----END CERTIFICATE-----\n$/);
    expect(plain(data['tls.key'])).toContain('BEGIN EC PRIVATE KEY');
    expect(plain(data['tls-combined.pem'])).toBe(`${plain(data['tls.key'])}\n${plain(data['tls.crt'])}`);
    expect([...Buffer.from(data['keystore.jks']!, 'base64').subarray(0, 4)]).toEqual([0xfe, 0xed, 0xfe, 0xed]);
    expect(Buffer.from(data['keystore.p12']!, 'base64')[0]).toBe(0x30);
    expect(Buffer.from(data['key.der']!, 'base64')[0]).toBe(0x30);
  });

  it('annotations with the facts, and texts of the secretTemplate as somebody wrote them', async () => {
    const { metadata } = await rendered(SECRETS.find(({ title }) => title === 'ExternalSecret shop/web-tls')!.manifest);
    const value = values.get('evercert/shop/web')!;
    expect(metadata.annotations).toEqual({
      note: 'keep {{ .key }} as it is',
      yes: 'no',
      'evercert.dev/certificate': 'shop/web',
      'evercert.dev/not-after': '2036-01-01T00:00:00.000Z',
      'evercert.dev/serial': value.serial,
      'evercert.dev/sha256': value.sha256,
      'evercert.dev/version-id': value['version-id'],
      'reloader.stakater.com/match': 'true',
    });
    expect(metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'evercert', team: 'on' });
  });

  it.each([
    '{{ .key }}',
    '{{',
    '{{{{ }}}}',
    '{{- fail "x" -}}',
    '{{/*',
    'a "{{" b',
    '{{`{{`}}',
    '{',
    '\\{{ \n}}',
    'tail {',
  ])('the annotation %j as it stands, and no template', async (note) => {
    const { catalogue } = INPUT;
    const certificates = catalogue.certificates.map((one) => {
      const secretTemplate = { labels: {}, annotations: { note } };
      return { ...one, certificate: { ...one.certificate, secretTemplate } };
    });
    const made = manifestsFor({ ...INPUT, catalogue: { ...catalogue, certificates } });
    const web = made.find((one) => titleOf(one) === 'ExternalSecret shop/web-tls')!;
    expect((await rendered(asExternalSecret(web))).metadata.annotations.note).toBe(note);
  });
});
