// Run by hand (`node local/parts/lock.ts [requirements-x.in]`) when requirements*.in changes: writes the hash-locked requirements*.txt.
// It must never know an index's address: plain pip resolves, and its report names versions and hashes.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Entry {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly file: string;
}

/** One entry of pip's installation report (pip.pypa.io, "Installation Report"), as far as it is read here. */
interface ReportItem {
  readonly metadata: { readonly name: string; readonly version: string };
  readonly download_info: {
    readonly url: string;
    readonly archive_info: { readonly hashes: { readonly sha256: string } };
  };
}

interface Target {
  readonly python: string;
  readonly platforms: readonly string[];
}

const PYTHONS = ['3.10', '3.11', '3.12', '3.13', '3.14'];
const run = promisify(execFile);
const work = mkdtempSync(join(tmpdir(), 'evercert-lock-'));

const manylinux = (arch: string, glibcMinor: number): string[] => [
  ...Array.from({ length: glibcMinor - 4 }, (_, i) => `manylinux_2_${glibcMinor - i}_${arch}`),
  ...['manylinux2014', 'manylinux2010', 'manylinux1', 'linux'].map((tag) => `${tag}_${arch}`),
];

/** Old, middle and new glibc each may get another wheel of the same package. */
const PLATFORMS: readonly (readonly string[])[] = [
  ...[17, 28, 39].map((glibc) => manylinux('x86_64', glibc)),
  ...[17, 28, 39].map((glibc) => manylinux('aarch64', glibc)),
  ['musllinux_1_2_x86_64', 'musllinux_1_1_x86_64'],
  ['macosx_15_0_arm64'],
  ['macosx_15_0_x86_64'],
];

let reports = 0;
async function pipReport(python: string, args: readonly string[]): Promise<Entry[]> {
  const report = join(work, `${reports++}.json`);
  const fixed = ['-m', 'pip', 'install', '-q', '--dry-run', '--ignore-installed', '--only-binary', ':all:'];
  await run(python, [...fixed, '--report', report, ...args], { maxBuffer: 1 << 26 });
  const { install } = JSON.parse(readFileSync(report, 'utf8'));
  return install.map((item: ReportItem) => ({
    name: item.metadata.name.toLowerCase().replace(/[-_.]+/g, '-'),
    version: item.metadata.version,
    sha256: item.download_info.archive_info.hashes.sha256,
    file: item.download_info.url.split('/').at(-1) ?? '',
  }));
}

/** The interpreter of that version, or of the newest older one with `--python-version` (its markers then come from the older). */
async function resolve(version: string, requirements: string, constraint: readonly string[]): Promise<Entry[]> {
  const [, minor] = version.split('.').map(Number);
  for (let m = minor ?? 0; m >= 10; m--) {
    const python = `python3.${m}`;
    const found = await run(python, ['-m', 'pip', '--version']).then(
      () => true,
      () => false,
    );
    if (!found) continue;
    const other = m === minor ? [] : ['--python-version', version, '--target', join(work, 'target')];
    return pipReport(python, [...constraint, ...other, '-r', requirements]);
  }
  throw new Error(`no Python between 3.10 and ${version} with pip is on PATH`);
}

async function wheelsOf(names: readonly Entry[], target: Target): Promise<Entry[]> {
  const wanted = names.map((entry) => `${entry.name}==${entry.version}`);
  const platform = target.platforms.flatMap((tag) => ['--platform', tag]);
  const args = ['--no-deps', '--python-version', target.python, ...platform, '--target', join(work, 'target')];
  const python = 'python3';
  return pipReport(python, [...args, ...wanted]).catch(async () => {
    const one = names.map((entry) => pipReport(python, [...args, `${entry.name}==${entry.version}`]).catch(() => []));
    return (await Promise.all(one)).flat();
  });
}

/** Where a package is needed by some Python versions only (they are a prefix: back-ports), its marker. */
function marker(needed: readonly boolean[]): string {
  const upTo = needed.lastIndexOf(true);
  return upTo === PYTHONS.length - 1 ? '' : ` ; python_full_version < "${PYTHONS[upTo + 1]}"`;
}

async function lock(requirements: string): Promise<void> {
  const resolved: Entry[][] = [];
  let constraint: string[] = [];
  for (const version of PYTHONS) {
    const entries = await resolve(version, requirements, constraint);
    console.error(`${requirements}: Python ${version}: ${entries.length} packages`);
    resolved.push(entries);
    const file = join(work, 'constraints.txt');
    writeFileSync(
      file,
      resolved
        .flat()
        .map((entry) => `${entry.name}==${entry.version}\n`)
        .join(''),
    );
    constraint = ['-c', file];
  }
  const all = new Map<string, { first: Entry; hashes: Set<string> }>();
  const note = (entry: Entry): void => {
    const known = all.get(entry.name) ?? { first: entry, hashes: new Set() };
    if (known.first.version !== entry.version) throw new Error(`${entry.name}: two versions`);
    known.hashes.add(entry.sha256);
    all.set(entry.name, known);
  };
  resolved.flat().forEach(note);
  for (const [index, python] of PYTHONS.entries()) {
    const native = (resolved[index] ?? []).filter((entry) => !entry.file.endsWith('-none-any.whl'));
    for (const platforms of PLATFORMS) {
      const wheels = await wheelsOf(native, { python, platforms });
      console.error(`${requirements}: Python ${python}, ${platforms[0]}: ${wheels.length} of ${native.length} wheels`);
      wheels.forEach(note);
    }
  }
  const lines = [...all.values()]
    .sort((a, b) => (a.first.name < b.first.name ? -1 : 1))
    .map(({ first, hashes }) => {
      const needed = resolved.map((entries) => entries.some((entry) => entry.name === first.name));
      const sums = [...hashes].sort().map((hash) => ` \\\n    --hash=sha256:${hash}`);
      return `${first.name}==${first.version}${marker(needed)}${sums.join('')}\n`;
    });
  const head = `# Made by local/parts/lock.ts from ${requirements.split('/').at(-1)}: do not edit.\n`;
  writeFileSync(requirements.replace(/\.in$/, '.txt'), head + lines.join(''));
}

try {
  const all = ['requirements.in', 'requirements-go.in', 'requirements-java.in'];
  const wanted = process.argv.slice(2);
  for (const name of wanted.length > 0 ? wanted : all) await lock(join(import.meta.dirname, name));
} finally {
  rmSync(work, { recursive: true, force: true });
}
