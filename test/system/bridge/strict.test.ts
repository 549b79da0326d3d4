// Every generated object before a real API server with the operator's CRDs: its strict dry-run knows each field. It must
// never apply one for good, but for namespaces.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { Manifest, ManifestsInput } from '#core/bridge/manifests/model.ts';
import type { ClusterSettingsInput } from '#core/settings.ts';
import { type RunningApiServer, startApiServer } from '#local/cluster/api-server.ts';
import { apply, mustApply } from '#local/cluster/apply.ts';
import { applyCrds } from '#local/cluster/operator.ts';
import { makeRunFolder } from '#local/parts/folders.ts';
import { certificate, inputOf, SAMPLE, titleOf } from '#test/support/bridge/catalogue.ts';
import { clusterPrograms, ROOT } from '#test/support/cluster/programs.ts';

const READER = 'arn:aws:iam::111111111111:role/reader';
const MANY = Array.from({ length: 200 }, (_, n) => certificate(`team-${n % 7}/service-${n}`));
const PLAIN = [certificate('shop/web', { annotations: 'evercert.dev/namespaces: "shop, blog"' })];

/** Each way of the settings that this operator's CRDs know. */
const WAYS: readonly [string, readonly string[], Partial<ClusterSettingsInput>, Partial<ManifestsInput>][] = [
  ['one of each shape, with trust anchors', SAMPLE, {}, { trust: 'external-secrets', namespaces: true }],
  ['two hundred certificates', MANY, {}, {}],
  [
    'a store in each namespace, by IRSA',
    PLAIN,
    { store: { kind: 'SecretStore' }, identity: 'irsa', readerRole: READER },
    {},
  ],
  ['one store, by IRSA', PLAIN, { identity: 'irsa' }, { readerRole: READER }],
  ['another account, by a role', PLAIN, { account: '222222222222', externalId: 'xyz' }, { readerRole: READER }],
  [
    'another account, by the policy of each secret',
    PLAIN,
    { account: '222222222222' },
    { account: '111111111111', secretReaders: ['arn:aws:iam::222222222222:role/eso'] },
  ],
];

let server: RunningApiServer;
let runFolder: string;

const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

beforeAll(async () => {
  const programs = await clusterPrograms();
  runFolder = makeRunFolder({ root: ROOT, name: 'bridge-strict' });
  server = await startApiServer({ programs, runFolder });
  await applyCrds(server, programs);
  const names = ['shop', 'blog', 'pki', 'external-secrets', ...Array.from({ length: 7 }, (_, n) => `team-${n}`)];
  for (const name of names) await mustApply(server.admin, namespace(name));
});
afterAll(async () => {
  await server?.stop();
  rmSync(runFolder, { recursive: true, force: true });
});

/** What the server says of each that it does not take. */
const refused = async (manifests: readonly Manifest[]): Promise<readonly string[]> => {
  const words: string[] = [];
  for (let at = 0; at < manifests.length; at += 10) {
    const answers = manifests
      .slice(at, at + 10)
      .map(async (one) => ({ one, said: await apply(server.admin, one, { dryRun: true }) }));
    for (const { one, said } of await Promise.all(answers))
      if (said.status >= 300) words.push(`${titleOf(one)}: ${said.status} ${said.body?.message}`);
  }
  return words;
};

describe('the strict dry-run of the API server', () => {
  it.each(WAYS)('takes every object of %s', async (_sentence, declared, cluster, more) => {
    const manifests = manifestsFor(inputOf(declared, { ...cluster, esoVersion: '0.20.4' }, more));
    expect(await refused(manifests)).toEqual([]);
    expect(manifests.length).toBeGreaterThan(8);
  });

  it('refuses a field that there is not, so that the rest means something', async () => {
    const [web] = manifestsFor(inputOf(PLAIN, { esoVersion: '0.20.4' })).filter(
      ({ kind }) => kind === 'ExternalSecret',
    );
    const spec = { ...(web!.spec as object), refreshIntervall: '1h' };
    expect(await refused([{ ...web!, spec }])).toEqual([expect.stringContaining('refreshIntervall')]);
  });

  it('refuses what only a newer operator knows: CreateOrMerge', async () => {
    const newer = manifestsFor(inputOf(PLAIN, { esoVersion: '2.9.0' })).filter(({ kind }) => kind === 'ExternalSecret');
    const words = await refused(newer);
    expect(words).toHaveLength(newer.length);
    expect(words[0]).toContain('CreateOrMerge');
  });
});
