// Declarations from the file system: what is read, what is left out, what is said of the rest.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDeclarationFiles } from '#adapters/declaration-files.ts';

describe('declaration files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evercert-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (file: string, content: string | Uint8Array = file): void => {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), content);
  };

  it('are read from sub-folders, sorted, and named relative to the folder', () => {
    for (const file of ['b.yaml', 'a/z.yml', 'a.yaml', 'a/B.YAML', 'c.json', 'notes.md']) write(file);
    expect(readDeclarationFiles(folder)).toEqual({
      scope: 'folder',
      files: ['a.yaml', 'a/B.YAML', 'a/z.yml', 'b.yaml', 'c.json'].map((file) => ({ file, text: file })),
      problems: [],
    });
  });

  it('are not looked for in hidden folders and node_modules', () => {
    for (const file of ['a.yaml', '.git/b.yaml', 'node_modules/c.yaml', '.hidden.yaml']) write(file);
    expect(readDeclarationFiles(folder)).toMatchObject({ files: [{ file: 'a.yaml' }] });
  });

  it('are followed through links, but not in circles', () => {
    write('a/a.yaml');
    symlinkSync(folder, join(folder, 'a', 'loop'));
    symlinkSync(join(folder, 'a', 'a.yaml'), join(folder, 'link.yaml'));
    symlinkSync(join(folder, 'a'), join(folder, 'twin'));
    expect(readDeclarationFiles(folder)).toMatchObject({
      files: [{ file: 'a/a.yaml' }, { file: 'link.yaml' }, { file: 'twin/a.yaml' }],
      problems: [],
    });
  });

  it('that cannot be read are problems beside the rest', () => {
    write('good.yaml');
    write('latin1.yaml', new Uint8Array([0x61, 0xe4]));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.yaml'));
    const source = readDeclarationFiles(folder);
    expect(source).toMatchObject({ files: [{ file: 'good.yaml' }] });
    expect(
      'problems' in source && source.problems.map(({ file, code, line, column }) => [file, code, line, column]),
    ).toEqual([
      ['dangling.yaml', 'FILE_UNREADABLE', 1, 1],
      ['latin1.yaml', 'FILE_UNREADABLE', 1, 1],
    ]);
  });

  it('lose their byte order mark', () => {
    write('a.yaml', '\ufeffkind: List');
    expect(readDeclarationFiles(folder)).toMatchObject({ files: [{ text: 'kind: List' }] });
  });

  it('may be a single file of any name', () => {
    write('certificates.txt');
    expect(readDeclarationFiles(join(folder, 'certificates.txt'))).toMatchObject({
      scope: 'file',
      files: [{ file: 'certificates.txt' }],
    });
  });

  it('are refused where the path is not there or holds no YAML', () => {
    write('notes.md');
    expect(readDeclarationFiles(folder)).toEqual({
      refusal: `there is no YAML file (*.yaml, *.yml, *.json) in "${folder}"`,
    });
    const missing = join(folder, 'missing');
    expect(readDeclarationFiles(missing)).toEqual({ refusal: `there is no file or folder "${missing}"` });
  });
});
