// The functions' code: each bundled whole, with what is rarely used in chunks of its own, in a folder named by its
// content. It must never know what a handler does, nor what CDK makes of the folders (docs/decisions/0004-bundling.md).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildResult, buildSync, type Metafile } from 'esbuild';

export const FUNCTION_NAMES = [
  'sweep',
  'advance',
  'deployed',
  'sync',
  'watchdog',
  'tally',
  'widget',
  'act',
  'digest',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

export const eachFunction = <T>(of: (name: FunctionName) => T): Readonly<Record<FunctionName, T>> =>
  Object.fromEntries(FUNCTION_NAMES.map((name) => [name, of(name)])) as Record<FunctionName, T>;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** acme-client and others are CommonJS inside: their `require` of Node's built-ins needs a real one. */
const BANNER =
  "import{createRequire as evercertRequire}from'node:module';const require=evercertRequire(import.meta.url);";

export interface BundleSize {
  readonly name: FunctionName;
  /** What is loaded at start: the entry and all that it imports statically, minified, without source maps. */
  readonly bytes: number;
  /** What is loaded only when it is needed: behind dynamic imports. */
  readonly lazyBytes: number;
}

type Built = BuildResult<{ write: false; metafile: true }>;

const bundle = (name: FunctionName): Built =>
  buildSync({
    absWorkingDir: root,
    entryPoints: [join('lambdas', `${name}.ts`)],
    // Never written by esbuild: a name for relative paths in source maps.
    outdir: join(root, '.evercert', 'bundles', name),
    outExtension: { '.js': '.mjs' },
    // Beside the entry, so that import.meta.url is of one folder everywhere.
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // ES modules first: CommonJS cannot be shaken.
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    charset: 'utf8',
    banner: { js: BANNER },
    // axios brings form-data for uploads that nobody makes here, and with it 137 kB of MIME types.
    alias: { 'form-data': join(root, 'lib', 'empty-module.cjs') },
    metafile: true,
    write: false,
    logLevel: 'silent',
  });

const made = new Map<FunctionName, Built>();

/** Once a process: an app with several stacks, and a test run, ask again and again. */
const build = (name: FunctionName): Built => {
  const built = made.get(name) ?? bundle(name);
  made.set(name, built);
  return built;
};

/** Outputs reached from the entry by static imports alone. */
const eagerOutputs = (metafile: Metafile, name: FunctionName): ReadonlySet<string> => {
  const entry = Object.keys(metafile.outputs).find((path) => basename(path) === `${name}.mjs`);
  const seen = new Set(entry === undefined ? [] : [entry]);
  for (const path of seen) {
    const imports = metafile.outputs[path]?.imports ?? [];
    for (const one of imports) if (!one.external && one.kind === 'import-statement') seen.add(one.path);
  }
  return seen;
};

const sizeOf = (name: FunctionName, { metafile }: Built): BundleSize => {
  const eager = eagerOutputs(metafile, name);
  const code = Object.entries(metafile.outputs).filter(([path]) => path.endsWith('.mjs'));
  const sum = (wanted: boolean): number =>
    code.reduce((total, [path, { bytes }]) => total + (eager.has(path) === wanted ? bytes : 0), 0);
  return { name, bytes: sum(true), lazyBytes: sum(false) };
};

/** Moves a finished folder to its name; whoever was first with the same content wins. */
const publish = (from: string, to: string): void => {
  try {
    renameSync(from, to);
  } catch (error) {
    rmSync(from, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
};

/** Writes the files into `.evercert/bundles/<name>-<hash of the content>`, once; gives the folder. */
const write = (name: FunctionName, files: ReadonlyMap<string, string | Uint8Array>): string => {
  const hash = createHash('sha256');
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [file, content] of sorted) hash.update(file).update('\0').update(content).update('\0');
  const parent = join(root, '.evercert', 'bundles');
  const target = join(parent, `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(target)) return target;
  mkdirSync(parent, { recursive: true });
  const draft = mkdtempSync(join(parent, 'draft-'));
  for (const [file, content] of sorted) writeFileSync(join(draft, file), content);
  publish(draft, target);
  return target;
};

/**
 * Bundles every function; gives its asset folder, whose handler is `<name>.handler`. The catalogue lies beside the
 * sweep's code as `catalogue.json`. Throws esbuild's error (with file and line) when a handler does not build.
 */
export function bundleFunctions({ catalogue }: { catalogue: unknown }): Readonly<Record<FunctionName, string>> {
  const folder = (name: FunctionName): string => {
    const outputs = build(name).outputFiles.map(({ path, contents }) => [basename(path), contents] as const);
    const files = new Map<string, string | Uint8Array>(outputs);
    if (name === 'sweep') files.set('catalogue.json', JSON.stringify(catalogue));
    return write(name, files);
  };
  return eachFunction(folder);
}

/** Sizes of the deployed functions' code, for the benchmark. */
export const bundleSizes = (): readonly BundleSize[] => FUNCTION_NAMES.map((name) => sizeOf(name, build(name)));
