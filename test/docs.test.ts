// What the documents point at exists: files, headings, commands and scripts. It must never judge their words.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serviceSettings } from '#core/settings.ts';

const ROOT = dirname(import.meta.dirname);
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const documents = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: ROOT }).sort();

const withoutCode = (text: string): string =>
  text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (path: string): string[] => {
  const seen = new Map<string, number>();
  const text = read(path).replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const anchor = anchorOf(heading!);
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
};

interface Link {
  readonly from: string;
  readonly path: string;
  readonly anchor: string | undefined;
}

const linksOf = (from: string): Link[] =>
  [...withoutCode(read(from)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to]) => to!)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => {
      const [path = '', anchor] = to.split('#');
      return { from, path: path === '' ? from : normalize(join(dirname(from), path)), anchor };
    });

const links = documents.flatMap(linksOf);
const told = ({ from, path, anchor }: Link): string => `${from} -> ${path}${anchor === undefined ? '' : `#${anchor}`}`;

describe('each relative link of a document', () => {
  it('leads to a file or folder', () => {
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ path }) => !existsSync(join(ROOT, path))).map(told)).toEqual([]);
  });

  it('with an anchor leads to a heading', () => {
    const anchored = links.filter(({ path, anchor }) => anchor !== undefined && existsSync(join(ROOT, path)));
    expect(anchored.filter(({ path, anchor }) => !anchorsOf(path).includes(anchor!)).map(told)).toEqual([]);
  });
});

describe('each document that the code names', () => {
  it('exists, with its heading', () => {
    const sources = globSync('{adapters,bin,core,lambdas,lib,local}/**/*.ts', { cwd: ROOT });
    const named = sources.flatMap((from) =>
      [...read(from).matchAll(/\b((?:docs\/[a-z0-9/-]+|README|ARCHITECTURE)\.md)(?:#([a-z0-9_-]+))?/g)].map(
        ([, path, anchor]): Link => ({ from, path: path!, anchor }),
      ),
    );
    const isThere = ({ path, anchor }: Link): boolean =>
      existsSync(join(ROOT, path)) && (anchor === undefined || anchorsOf(path).includes(anchor));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((one) => !isThere(one)).map(told)).toEqual([]);
  });
});

describe('each command that a document tells to type', () => {
  const named = (pattern: RegExp): string[] =>
    documents.flatMap((path) => [...read(path).matchAll(pattern)].map((hit) => hit[1]!));

  it('exists: `npx evercert ...`', () => {
    const commands = [...read('bin/evercert.ts').matchAll(/\.command\('([a-z-]+)'\)/g)].map((hit) => hit[1]!);
    expect([...new Set(named(/npx evercert ([a-z-]+)/g))].filter((one) => !commands.includes(one))).toEqual([]);
  });

  it('has the options that are told: `npx evercert ... --option`, `npm start -- --option`', () => {
    const options = (path: string): string[] => read(path).match(/--[a-z][a-z-]+/g) ?? [];
    const told = (start: RegExp): string[] =>
      documents
        .flatMap((path) => read(path).split('\n'))
        .flatMap((line) => line.split('|'))
        .flatMap((command) => (start.exec(command)?.[1]?.match(/--[a-z][a-z-]+/g) ?? []) as string[]);
    expect(told(/npx evercert ([^#`]*)/).filter((one) => !options('bin/evercert.ts').includes(one))).toEqual([]);
    expect(told(/npm start -- ([^#`]*)/).filter((one) => !options('bin/local.ts').includes(one))).toEqual([]);
  });

  it('exists: `npm run ...`', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect([...new Set(named(/npm run ([a-z:]+)/g))].filter((one) => !(one in scripts))).toEqual([]);
  });
});

describe('each block of JSON in a document', () => {
  const blocks = documents.flatMap((from) =>
    [...read(from).matchAll(/^ *```json\n([\s\S]*?)^ *```/gm)].map(([, text]) => ({ from, text: text!.trim() })),
  );
  /** A part of cdk.json is shown without the braces around it. */
  const parsed = (text: string): Record<string, unknown> => JSON.parse(text.startsWith('{') ? text : `{${text}}`);

  it('can be parsed', () => {
    expect(blocks.length).toBeGreaterThan(3);
    for (const { text } of blocks) expect(() => parsed(text)).not.toThrow();
  });

  it('that shows settings is accepted', () => {
    const shown = blocks.flatMap(({ text }) => parsed(text).evercert ?? []);
    expect(shown.length).toBeGreaterThan(1);
    for (const settings of shown) expect(serviceSettings.strict().safeParse(settings).error).toBeUndefined();
  });
});
