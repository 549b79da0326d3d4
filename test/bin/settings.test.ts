// Where the commands find the settings of a deployment.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDeployment } from '../../bin/commands/settings.ts';

describe('the settings of a command', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evercert-settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const names = (file?: string): string[] => readDeployment({ folder, file }).settings.clusters.map(({ name }) => name);

  it('are the defaults where there is no cdk.json', () => {
    const { settings, stackName, declarations } = readDeployment({ folder });
    expect({ prefix: settings.prefix, clusters: settings.clusters, stackName, declarations }).toEqual({
      prefix: 'evercert',
      clusters: [],
      stackName: 'Evercert',
      declarations: undefined,
    });
  });

  it('stand in the context of cdk.json, with the stack and the folder of declarations', () => {
    const context = { evercert: { clusters: [{ name: 'blue' }] }, 'evercert:stack': 'Tls', declarations: 'certs' };
    write('cdk.json', { app: 'node app.js', context });
    expect(names()).toEqual(['blue']);
    expect(readDeployment({ folder })).toMatchObject({ stackName: 'Tls', declarations: 'certs' });
  });

  it('stand in a file of their own, or in another cdk.json', () => {
    write('cdk.json', { context: { evercert: { clusters: [{ name: 'blue' }] } } });
    expect(names(write('settings.json', { clusters: [{ name: 'green' }] }))).toEqual(['green']);
    expect(names(write('other.json', { app: 'x', context: { evercert: { clusters: [{ name: 'red' }] } } }))).toEqual([
      'red',
    ]);
    expect(names(write('foreign.json', { app: 'x' }))).toEqual([]);
  });

  it('are refused with the file and every field at fault', () => {
    const path = write('cdk.json', { context: { evercert: { clusters: [{ name: 'Blue' }], cluster: [] } } });
    expect(() => names()).toThrow(path);
    expect(() => names()).toThrow(/lower-case letters[\s\S]*clusters\[0\]\.name/);
    expect(() => names()).toThrow(/Unrecognized key: "cluster"/);
  });

  it.each([
    ['a file that is not there', () => join('nowhere', 'x.json'), /x\.json cannot be read as JSON/],
    ['no JSON', () => write('a.json', 'clusters:'), /a\.json cannot be read as JSON/],
    ['a list', () => write('b.json', []), /b\.json holds no JSON object/],
    ['a context that is a text', () => write('c.json', { context: 'x' }), /the context in .*c\.json is no object/],
    [
      'settings that are a list',
      () => write('d.json', { context: { evercert: [] } }),
      /settings of Evercert in .* no object/,
    ],
  ])('are refused: %s', (_, file, message) => {
    expect(() => names(file())).toThrow(message);
  });
});
