// `evercert manifests` as a process: what goes to which stream, exit codes, and whose files are touched.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const DECLARED = `apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: le, namespace: shop}
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    privateKeySecretRef: {name: account}
    solvers: [{dns01: {route53: {}}}]
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, namespace: shop, annotations: {evercert.dev/namespaces: "shop, blog"}}
spec: {secretName: web-tls, dnsNames: [www.example.com], issuerRef: {name: le}}
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evercert-manifests-'));
  mkdirSync(join(folder, 'certificates'));
  write('certificates/all.yaml', DECLARED);
  settings({ name: 'blue' });
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const settings = (...clusters: readonly object[]): void => write('settings.json', JSON.stringify({ clusters }));
const list = (name: string): string[] => readdirSync(join(folder, name)).sort();

const run = (...args: readonly string[]) => {
  const given = [join(folder, 'certificates'), '--settings', join(folder, 'settings.json'), '--region', 'eu-central-1'];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/evercert.ts', 'manifests', ...given, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { status, stdout, stderr: stderr.replaceAll(`${folder}/`, '') };
};
const toFolder = (...args: readonly string[]) => run('--cluster', 'blue', '--out', join(folder, 'out'), ...args);

describe('evercert manifests', () => {
  it('prints one stream of YAML documents and nothing else to standard output', () => {
    const { status, stdout, stderr } = run();
    expect([status, stderr]).toEqual([0, 'blue: 11 objects\n']);
    const documents = parseAllDocuments(stdout).map((one) => one.toJS() as { kind: string });
    expect(documents.map(({ kind }) => kind)).toEqual([
      'ClusterSecretStore',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      ...Array.from({ length: 2 }, () => ['Role', 'RoleBinding', 'ExternalSecret', 'ExternalSecret']).flat(),
    ]);
  });

  it('prints the same objects as a JSON array', () => {
    const { status, stdout } = run('--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(parseAllDocuments(run().stdout).map((one) => one.toJS()));
  });

  it('writes a file for the cluster, one a namespace, and a kustomization; a second time nothing changes', () => {
    const made = 'cluster.yaml kustomization.yaml namespace-blog.yaml namespace-shop.yaml'.split(' ');
    expect(toFolder()).toEqual({
      status: 0,
      stdout: '',
      stderr: `blue: 11 objects\n${made.map((name) => `created    out/${name}\n`).join('')}`,
    });
    expect(list('out')).toEqual(made);
    expect(toFolder().stderr).toBe(`blue: 11 objects\n${made.map((name) => `unchanged  out/${name}\n`).join('')}`);
  });

  it('removes files of its own that are no longer wanted, and no others', () => {
    toFolder();
    write('out/namespace-old.yaml', 'kind: Mine\n');
    write('out/notes.txt', 'mine');
    write('certificates/all.yaml', DECLARED.replace('shop, blog', 'shop'));
    expect(toFolder().stderr).toBe(
      `blue: 7 objects
changed    out/cluster.yaml
changed    out/kustomization.yaml
removed    out/namespace-blog.yaml
unchanged  out/namespace-shop.yaml
`,
    );
    expect(list('out')).toEqual([
      'cluster.yaml',
      'kustomization.yaml',
      'namespace-old.yaml',
      'namespace-shop.yaml',
      'notes.txt',
    ]);
    expect(read('out/namespace-old.yaml')).toBe('kind: Mine\n');
  });

  it("refuses to write over anybody else's file, and then writes nothing", () => {
    mkdirSync(join(folder, 'out'));
    write('out/kustomization.yaml', 'resources: []\n');
    symlinkSync(join(folder, 'settings.json'), join(folder, 'out/cluster.yaml'));
    expect(toFolder()).toEqual({
      status: 1,
      stdout: '',
      stderr: `blue: 11 objects
error: out/cluster.yaml is not a file of evercert manifests: move it away, or choose another folder
error: out/kustomization.yaml is not a file of evercert manifests: move it away, or choose another folder
`,
    });
    expect(list('out')).toEqual(['cluster.yaml', 'kustomization.yaml']);
    expect(read('out/kustomization.yaml')).toBe('resources: []\n');
  });

  it('refuses the folder of another cluster', () => {
    settings({ name: 'blue' }, { name: 'green' });
    toFolder();
    cpSync(join(folder, 'out'), join(folder, 'copy'), { recursive: true });
    const { status, stderr } = run('--cluster', 'green', '--out', join(folder, 'out'));
    expect(status).toBe(1);
    expect(stderr).toContain(
      'error: out/cluster.yaml belongs to the cluster blue: give each cluster a folder of its own\n',
    );
    expect(list('out').map((name) => read(`out/${name}`))).toEqual(list('copy').map((name) => read(`copy/${name}`)));
  });

  it('writes all clusters into folders of their own, and tells of the files in JSON', () => {
    settings({ name: 'blue' }, { name: 'green', esoVersion: '0.20.4' });
    const { status, stdout } = run('--out', join(folder, 'out'), '--json');
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as object[])[0]).toEqual({
      cluster: 'blue',
      file: join(folder, 'out/blue/cluster.yaml'),
      change: 'created',
    });
    expect(list('out')).toEqual(['blue', 'green']);
    expect(read('out/green/namespace-shop.yaml')).toContain('creationPolicy: Owner');
    expect(read('out/blue/namespace-shop.yaml')).toContain('creationPolicy: CreateOrMerge');
  });

  it('ends with 1, and without a word on standard output, where declarations are wrong', () => {
    write('certificates/all.yaml', DECLARED.replace('secretName: web-tls, ', ''));
    const { status, stdout, stderr } = toFolder();
    expect([status, stdout, existsSync(join(folder, 'out'))]).toEqual([1, '', false]);
    expect(stderr).toContain('FIELD_MISSING');
  });

  it('ends with 1 and all reasons where manifests cannot be made', () => {
    settings({ name: 'blue', tenants: 'session-tags', esoVersion: '2.4.0' });
    const { status, stdout, stderr } = run();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.match(/^error: cluster blue: /gm)).toHaveLength(3);
  });

  it('says that nothing is delivered to a cluster', () => {
    write(
      'certificates/all.yaml',
      DECLARED.replace('evercert.dev/namespaces: "shop, blog"', 'evercert.dev/clusters: none'),
    );
    expect(run()).toEqual({ status: 0, stdout: '', stderr: 'blue: nothing is delivered there\n' });
  });

  it.each([
    [
      'a cluster that there is not',
      [{ name: 'blue' }],
      ['--cluster', 'bleu'],
      'no cluster is called "bleu"; known: blue',
    ],
    ['no cluster at all', [], [], 'no cluster is configured: name them in the setting clusters'],
    [
      'several for one stream',
      [{ name: 'a' }, { name: 'b' }],
      [],
      'there are several clusters, say which with --cluster: a, b',
    ],
    ['a Region that is none', [{ name: 'blue' }], ['--region', 'Frankfurt'], '"Frankfurt" is not a Region'],
  ])('ends with 2 for %s', (_sentence, clusters, args, words) => {
    settings(...clusters);
    expect(run(...args)).toEqual({ status: 2, stdout: '', stderr: `error: ${words}\n` });
  });

  it('colours nothing in a pipe', () => {
    const { stderr } = toFolder();
    expect(stderr).not.toContain('\u001b');
  });

  it('explains itself', () => {
    const { status, stdout } = spawnSync(process.execPath, ['bin/evercert.ts', 'manifests', '--help'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    for (const option of ['--cluster', '--out', '--settings', '--trust', '--reader-role', '--json', 'Exit codes'])
      expect(stdout).toContain(option);
  });
});
