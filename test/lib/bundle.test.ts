// The functions' code as it is deployed: small enough, complete, loadable, with nothing in it that is not theirs.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BundleSize, bundleFunctions, bundleSizes, FUNCTION_NAMES, type FunctionName } from '#lib/bundle.ts';
import { makeAuthority } from '#test/support/signing.ts';

const catalogue = { hash: 'c'.repeat(64), certificates: [] };
let folders: Readonly<Record<FunctionName, string>>;
let sizes: readonly BundleSize[];

let certificateAuthorityData: string;

beforeAll(async () => {
  const { certificate } = await makeAuthority('kubernetes');
  certificateAuthorityData = Buffer.from(certificate.toString('pem')).toString('base64');
  folders = bundleFunctions({ catalogue });
  sizes = bundleSizes();
}, 60_000);

const bytes = (name: FunctionName): number => sizes.find((one) => one.name === name)?.bytes ?? Number.NaN;
const texts = (name: FunctionName): string[] =>
  readdirSync(folders[name])
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => readFileSync(join(folders[name], file), 'utf8'));

describe('the bundle', () => {
  it('keeps advance under 1.4 MB and each of the others under 500 kB', () => {
    expect(bytes('advance')).toBeLessThanOrEqual(1_400_000);
    for (const name of FUNCTION_NAMES) if (name !== 'advance') expect(bytes(name), name).toBeLessThanOrEqual(500_000);
  });

  it('loads what is rarely used only when it is needed', () => {
    expect(sizes.filter(({ lazyBytes }) => lazyBytes <= 50_000).map(({ name }) => name)).toEqual([]);
  });

  it('lays the catalogue beside the sweep alone', () => {
    expect(JSON.parse(readFileSync(join(folders.sweep, 'catalogue.json'), 'utf8'))).toEqual(catalogue);
    expect(readdirSync(folders.advance)).not.toContain('catalogue.json');
    expect(readdirSync(folders.deployed)).not.toContain('catalogue.json');
  });

  it('gives the same folders for the same content', () => {
    expect(bundleFunctions({ catalogue })).toEqual(folders);
  });

  it('gives the sweep another folder for another catalogue, and the others the same', () => {
    const other = bundleFunctions({ catalogue: { ...catalogue, hash: 'd'.repeat(64) } });
    expect(other.sweep).not.toBe(folders.sweep);
    expect([other.advance, other.deployed]).toEqual([folders.advance, folders.deployed]);
  });

  it.each(FUNCTION_NAMES)('loads %s outside the repository and finds its handler', (name) => {
    const script = `import(${JSON.stringify(join(folders[name], `${name}.mjs`))}).then((m) => console.log(typeof m.handler))`;
    const settings = {
      tableName: 't',
      eventBusName: 'b',
      stateMachineArn: 'arn:aws:states:::x',
      sweepFunctionName: 'f',
      cluster: { name: 'blue', endpoint: 'https://blue', certificateAuthorityData },
    };
    const run = spawnSync(process.execPath, ['--enable-source-maps', '-e', script], {
      cwd: '/',
      encoding: 'utf8',
      env: { EVERCERT_SETTINGS: JSON.stringify(settings), AWS_REGION: 'us-east-1' },
    });
    expect(run.stderr).toBe('');
    expect(run.stdout.trim()).toBe('function');
  });

  it.each(FUNCTION_NAMES)('holds no path of this machine in %s', (name) => {
    expect(texts(name).join('\n')).not.toContain(process.cwd());
  });
});
