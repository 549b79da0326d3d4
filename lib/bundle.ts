// All functions' code from one esbuild run: shared chunks, one folder a function, told apart by content. It must never
// know what a handler does, nor what CDK makes of the folders.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildResult, buildSync, type Metafile, type OutputFile } from 'esbuild';

export const FUNCTION_NAMES = ['sweep', 'advance', 'deployed'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OUT = '/out';

/** acme-client and others are CommonJS inside: their `require` of Node's built-ins needs a real one. */
const BANNER =
  "import{createRequire as evercertRequire}from'node:module';const require=evercertRequire(import.meta.url);";

export interface Bundle {
  /** Asset folder of each function; its handler is `<name>.handler`. */
  readonly folders: Readonly<Record<FunctionName, string>>;
  readonly sizes: readonly BundleSize[];
}

export interface BundleSize {
  readonly name: FunctionName;
  /** What is loaded at start: the entry and all that it imports statically, minified, without source maps. */
  readonly bytes: number;
  /** What is loaded only when it is needed: behind dynamic imports. */
  readonly lazyBytes: number;
}

export interface BundleRequest {
  /** Folder with one `<name>.ts` a function; default: `lambdas`. */
  readonly handlers?: string;
  /** Written beside the sweep's code as `catalogue.json`. */
  readonly catalogue?: unknown;
}

type Built = BuildResult<{ write: false; metafile: true }>;

const build = (handlers: string): Built =>
  buildSync({
    absWorkingDir: root,
    entryPoints: FUNCTION_NAMES.map((name) => ({ in: join(handlers, `${name}.ts`), out: name })),
    outdir: OUT,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // No 'module' before 'main' guesswork: what Node itself would load, but ES modules first, so that chunks can be shaken.
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: false,
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

/** Outputs that `entry` loads: at start, and later through dynamic imports. */
const closure = (metafile: Metafile, entry: string): { eager: ReadonlySet<string>; lazy: ReadonlySet<string> } => {
  const reach = (from: readonly string[], kinds: readonly string[]): Set<string> => {
    const seen = new Set(from);
    for (const path of seen) {
      const imports = metafile.outputs[path]?.imports ?? [];
      for (const one of imports) if (!one.external && kinds.includes(one.kind)) seen.add(one.path);
    }
    return seen;
  };
  const eager = reach([entry], ['import-statement']);
  const all = reach([...eager], ['import-statement', 'dynamic-import']);
  return { eager, lazy: new Set([...all].filter((path) => !eager.has(path))) };
};

const entryOf = (metafile: Metafile, name: FunctionName): string => {
  const found = Object.keys(metafile.outputs).find((path) => basename(path) === `${name}.mjs`);
  if (found === undefined) throw new Error(`esbuild gave no ${name}.mjs`);
  return found;
};

const sizesOf = (metafile: Metafile): BundleSize[] => {
  const sum = (paths: ReadonlySet<string>): number =>
    [...paths].reduce((total, path) => total + (metafile.outputs[path]?.bytes ?? 0), 0);
  return FUNCTION_NAMES.map((name) => {
    const { eager, lazy } = closure(metafile, entryOf(metafile, name));
    return { name, bytes: sum(eager), lazyBytes: sum(lazy) };
  });
};

const contentHash = (files: readonly OutputFile[], catalogue: string): string => {
  const hash = createHash('sha256').update(catalogue);
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of sorted) hash.update(basename(file.path)).update('\0').update(file.contents);
  return hash.digest('hex').slice(0, 16);
};

const writeFunction = (folder: string, name: FunctionName, built: Built): void => {
  const { eager, lazy } = closure(built.metafile, entryOf(built.metafile, name));
  const wanted = new Set([...eager, ...lazy].map((path) => basename(path)));
  mkdirSync(folder, { recursive: true });
  for (const file of built.outputFiles) {
    const own = basename(file.path);
    if (wanted.has(own.replace(/\.map$/, ''))) writeFileSync(join(folder, own), file.contents);
  }
};

/** Moves a finished folder to its name; whoever was first with the same content wins. */
const publish = (from: string, to: string): void => {
  if (!existsSync(to)) {
    try {
      renameSync(from, to);
    } catch (error) {
      if (!existsSync(to)) throw error;
    }
  }
  rmSync(from, { recursive: true, force: true });
};

/**
 * Bundles every function and writes `.evercert/bundles/<content hash>/<function>`; the same content is written once.
 * Throws esbuild's error (with file and line) when a handler does not build.
 */
export function bundleFunctions(request: BundleRequest = {}): Bundle {
  const built = build(request.handlers ?? join(root, 'lambdas'));
  const catalogue = JSON.stringify(request.catalogue ?? null);
  const parent = join(root, '.evercert', 'bundles');
  const target = join(parent, contentHash(built.outputFiles, catalogue));
  if (!existsSync(target)) {
    mkdirSync(parent, { recursive: true });
    const draft = mkdtempSync(join(parent, 'draft-'));
    for (const name of FUNCTION_NAMES) writeFunction(join(draft, name), name, built);
    writeFileSync(join(draft, 'sweep', 'catalogue.json'), catalogue);
    publish(draft, target);
  }
  const folder = (name: FunctionName): string => join(target, name);
  const folders = { sweep: folder('sweep'), advance: folder('advance'), deployed: folder('deployed') };
  return { folders, sizes: sizesOf(built.metafile) };
}

/** Sizes of the deployed functions' code, for the benchmark. */
export const bundleSizes = (): readonly BundleSize[] => sizesOf(build(join(root, 'lambdas')).metafile);
