// `evercert import` as a process against ministack: what it writes, what it prints, how it ends, and that no key leaves it
// but into the secret.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Imported } from '#core/migration/import.ts';
import { secretObject, type Theirs } from '#test/core/migration/theirs.ts';
import { type Emulator, emulatorCredentials, startMinistack } from '#test/support/emulators.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const NAMES = ['api', 'shop', 'web'];

/** Far in the future, so that what the fake CA signs is valid today. */
const issuing = async (): Promise<World> => {
  const w = world();
  w.pass(Date.now() - w.clock.now().getTime());
  await w.deploy(issuerYaml() + NAMES.map((name) => certificateYaml(name, [`${name}.example.com`])).join(''));
  await w.tick();
  return w;
};

describe('evercert import', () => {
  let emulator: Emulator;
  let folder: string;
  let client: SecretsManagerClient;
  let w: World;
  let theirs: readonly Theirs[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'evercert-import-'));
    [emulator, w] = await Promise.all([startMinistack(), issuing()]);
    client = new SecretsManagerClient({ endpoint: emulator.url, ...emulatorCredentials });
    theirs = NAMES.map((name) => secretObject(w, name));
    const more = certificateYaml('late', ['late.example.com']) + certificateYaml('wide', ['wide.example.com']);
    const all = issuerYaml() + NAMES.map((name) => certificateYaml(name, [`${name}.example.com`])).join('') + more;
    writeFileSync(join(folder, 'certificates.yaml'), all);
    const Outputs = { CertsSecretsKeyArn0A1B2C3D: { Value: 'alias/evercert' } };
    const template = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } }, Outputs });
    const stacks = new CloudFormationClient({ endpoint: emulator.url, ...emulatorCredentials });
    await stacks.send(new CreateStackCommand({ StackName: 'Evercert', TemplateBody: template }));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await emulator.stop();
  });

  /** With the Secrets on standard input. */
  const run = (secrets: readonly Theirs[] | string, ...args: string[]) =>
    new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
      const child = spawn(process.execPath, ['bin/evercert.ts', 'import', folder, '--from', '-', ...args], {
        cwd: root,
        env: {
          ...process.env,
          NO_COLOR: '1',
          AWS_ENDPOINT_URL: emulator.url,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
        },
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk) => (stdout += chunk));
      child.stderr.on('data', (chunk) => (stderr += chunk));
      child.on('close', (status) => resolve({ status, stdout, stderr }));
      child.stdin.end(typeof secrets === 'string' ? secrets : JSON.stringify({ kind: 'List', items: secrets }));
    });

  const bundleOf = async (name: string): Promise<Record<string, string>> => {
    const { SecretString = '{}' } = await client.send(
      new GetSecretValueCommand({ SecretId: `evercert/default/${name}` }),
    );
    return JSON.parse(SecretString);
  };

  it('looks first, where it is told to, and needs no stack for that', async () => {
    const { status, stdout, stderr } = await run(theirs, '--dry-run', '--stack', 'Nowhere', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { certificates } = JSON.parse(stdout) as { certificates: Imported[] };
    expect(certificates.map((one) => `${one.certificate} ${one.status}`)).toEqual([
      'default/api adoptable',
      'default/late missing',
      'default/shop adoptable',
      'default/web adoptable',
      'default/wide missing',
    ]);
    await expect(bundleOf('web')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('adopts what fits, refuses what does not, and says both', async () => {
    const wide = { ...secretObject(w, 'web'), metadata: { name: 'wide-tls', namespace: 'default' } };
    const stray = { ...secretObject(w, 'web'), metadata: { name: 'stray', namespace: 'default' } };
    const { status, stdout, stderr } = await run([...theirs, wide, stray]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const { sha256 = '', 'not-after': notAfter = '' } = w.current('default/web');
    expect(stdout).toContain(
      `adopted    default/web  ${sha256.slice(0, 16)} valid until ${notAfter.slice(0, 10)}, renewed`,
    );
    expect(stdout).toContain(
      'refused    default/wide  IMPORT_UNFIT: the certificate is not what the Certificate declares',
    );
    expect(stdout).toContain('missing    default/late  no Secret default/late-tls was given');
    expect(stdout).toContain('note: no Certificate declares these Secrets: default/stray');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('5 certificates: 3 adopted, 1 refused, 1 without a Secret');
  });

  it('writes the pair in our form under our tags, and nothing else', async () => {
    const value = await bundleOf('web');
    const { 'version-id': versionId, ...rest } = value;
    const { 'version-id': _other, ...theirs } = w.current('default/web');
    expect(rest).toEqual(theirs);
    const seen = await client.send(new DescribeSecretCommand({ SecretId: 'evercert/default/web' }));
    expect(seen.VersionIdsToStages?.[versionId!]).toEqual(['AWSCURRENT']);
    expect(seen.Tags?.find(({ Key }) => Key === 'evercert.dev/certificate')?.Value).toBe('default/web');
    expect(seen.KmsKeyId).toBe('alias/evercert');
  });

  it('finds everything there the second time', async () => {
    const { status, stdout } = await run(theirs, '--json');
    expect(status).toBe(0);
    const { certificates } = JSON.parse(stdout) as { certificates: Imported[] };
    expect(certificates.map(({ status: one }) => one)).toEqual(['already', 'missing', 'already', 'already', 'missing']);
  });

  it('ends with 2 where nothing could be done', async () => {
    expect(await run('{"data": {"tls.key": "SECRET"')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: standard input: it is neither JSON nor YAML/),
    });
    expect(await run([])).toMatchObject({ status: 2, stderr: 'error: there is no Secret in -\n' });
    expect(await run(theirs, '--stack', 'Nowhere')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: there is no stack "Nowhere"/),
    });
  });

  it('never prints a key, whatever becomes of it', async () => {
    const broken = { ...theirs[0]!, metadata: { name: 'late-tls', namespace: 'default' } };
    const data = theirs[0]!.data as Record<string, string>;
    const key = Buffer.from(data['tls.key']!, 'base64').toString('utf8');
    const bodies = [data['tls.key']!, ...key.split('\n').filter((line) => line.length > 20 && !line.startsWith('-'))];
    const junk = { ...broken, data: { ...data, 'tls.crt': Buffer.from('x').toString('base64') } };
    const cut = { ...broken, data: { ...data, 'tls.key': Buffer.from(key.slice(0, 120)).toString('base64') } };
    const outputs = [
      await run([broken]),
      await run([junk], '--json'),
      await run([cut]),
      await run(`{"kind": "List", "items": [${JSON.stringify(broken)}`),
      await run([broken], '--settings', 'nowhere.json'),
    ];
    for (const { stdout, stderr } of outputs)
      for (const body of bodies) expect(`${stdout}${stderr}`).not.toContain(body.slice(0, 24));
  });
});
