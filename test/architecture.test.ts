// The house's own laws, as sentences. It reads the sources as text and runs none of them.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODES } from '#core/codes.ts';

const ROOT = join(import.meta.dirname, '..');
const ROOMS = ['core', 'adapters', 'lib', 'lambdas', 'bin', 'local'] as const;
type Room = (typeof ROOMS)[number];

/** What each room may import beside itself. */
const MAY_USE: Readonly<Record<Room, readonly Room[]>> = {
  core: [],
  adapters: ['core'],
  lib: ['core'],
  lambdas: ['adapters', 'core'],
  local: ['adapters', 'core'],
  bin: ['adapters', 'core', 'lib', 'local'],
};

/** The one arrow against the rule: a construct takes a folder of declarations (docs/decisions/0001-layout.md). */
const READER = 'adapters/declaration-files.ts';

interface Source {
  readonly path: string;
  readonly room: Room;
  readonly text: string;
  readonly imports: readonly string[];
}

const importsOf = (path: string, text: string): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target]) => {
    if (target!.startsWith('#')) return target!.slice(1);
    return target!.startsWith('.') ? normalize(join(dirname(path), target!)) : target!;
  });

const sources: readonly Source[] = ROOMS.flatMap((room) =>
  globSync(`${room}/**/*.{ts,mjs}`, { cwd: ROOT }).map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return { path, room, text, imports: importsOf(path, text) };
  }),
);

const inRooms = (...rooms: Room[]) => sources.filter(({ room }) => rooms.includes(room));
const paths = (found: readonly Source[]) => found.map(({ path }) => path);
const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
const lines = ({ text }: Source) => text.split('\n').length - 1;

const circles = (): string[] => {
  const known = new Map(sources.map((source) => [source.path, source.imports]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const next of known.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of known.keys()) walk(path, []);
  return found;
};

/** Import lines that the compiler erases make no circle at run time, but a reader still walks them: they count too. */
describe('arrows', () => {
  it.each(ROOMS)('from %s run down only', (room) => {
    const allowed = [room, ...MAY_USE[room]];
    const upward = inRooms(room).flatMap(({ path, imports }) =>
      imports
        .filter((target) => !(room === 'lib' && target === READER))
        .filter((target) => ROOMS.some((other) => target.startsWith(`${other}/`) && !allowed.includes(other)))
        .map((target) => `${path} -> ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('make no circles', () => {
    expect(circles()).toEqual([]);
  });

  it('never lead from one technology to another inside adapters, but in compose/', () => {
    const technology = (path: string) => path.split('/')[1]!;
    const across = inRooms('adapters')
      .filter(({ path }) => !path.startsWith('adapters/compose/'))
      .flatMap(({ path, imports }) =>
        imports
          .filter((target) => target.startsWith('adapters/') && technology(target) !== technology(path))
          .map((target) => `${path} -> ${target}`),
      );
    expect(across).toEqual([]);
  });

  it('never lead from what is deployed into tests', () => {
    expect(paths(sources.filter(({ imports }) => imports.some((target) => target.startsWith('test/'))))).toEqual([]);
  });
});

describe('the core', () => {
  it('knows no AWS, no environment, no clock, no randomness, no socket', () => {
    const forbidden =
      /@aws-sdk\/|aws-cdk-lib|\bprocess\.env\b|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(|node:(net|http|https|tls|dgram|dns|fs|child_process)|\bfetch\(/;
    expect(paths(inRooms('core').filter(({ text }) => forbidden.test(code(text))))).toEqual([]);
  });
});

describe('the environment', () => {
  it('is read by the functions in lambdas/entry.ts alone, and by nothing else that is deployed', () => {
    const readers = inRooms('core', 'adapters', 'lib', 'lambdas').filter(({ text }) =>
      code(text).includes('process.env'),
    );
    expect(paths(readers)).toEqual(['lambdas/entry.ts']);
  });
});

describe('SDK clients', () => {
  it('are made in adapters/compose/ alone, of all that is deployed', () => {
    const makers = inRooms('core', 'adapters', 'lambdas').filter(
      ({ text }) => /@aws-sdk\//.test(text) && /\bnew [A-Za-z0-9]+Client\(/.test(code(text)),
    );
    expect(paths(makers).filter((path) => !path.startsWith('adapters/compose/'))).toEqual([]);
    expect(makers.length).toBeGreaterThan(0);
  });
});

describe('files', () => {
  it('say in their first line what their room is for', () => {
    const silent = sources.filter(({ text }) => !/^(#!.*\n)?\/\//.test(text));
    expect(paths(silent)).toEqual([]);
  });

  it('of core, adapters and lib are at most 250 lines, 120 at the median', () => {
    const lengths = inRooms('core', 'adapters', 'lib').map((source) => ({ path: source.path, lines: lines(source) }));
    expect(lengths.filter((file) => file.lines > 250)).toEqual([]);
    const sorted = lengths.map((file) => file.lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(120);
  });

  it('of lambdas are doors of at most 30 lines, but for the entry', () => {
    const long = inRooms('lambdas').filter((source) => source.path !== 'lambdas/entry.ts' && lines(source) > 30);
    expect(paths(long)).toEqual([]);
  });

  it('carry no name that says nothing', () => {
    const empty = /\b(?:class|interface|type|const|function) \w*(?:Manager|Helper|Utils?|Impl)\b/;
    expect(paths(sources.filter(({ text }) => empty.test(code(text))))).toEqual([]);
  });
});

describe('ports', () => {
  it('have at most three methods', () => {
    const text = globSync('core/{ports,*/ports}.ts', { cwd: ROOT })
      .map((path) => readFileSync(join(ROOT, path), 'utf8'))
      .join('\n');
    const wide = [...text.matchAll(/export interface (\w+) \{([\s\S]*?)\n\}/g)]
      .map(([, name, body]) => ({ name, methods: [...body!.matchAll(/^ {2}\w+\(/gm)].length }))
      .filter(({ methods }) => methods > 3);
    expect(wide).toEqual([]);
  });
});

describe('error codes', () => {
  it('each have a heading in docs/codes.md', () => {
    const docs = readFileSync(join(ROOT, 'docs/codes.md'), 'utf8');
    expect(Object.keys(CODES).filter((name) => !docs.includes(`### ${name}\n`))).toEqual([]);
  });
});
