// Debian's Chromium without root, for the tests that look at the page as a person does. It must never know what is looked at.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { whileClaimed } from './claim.ts';
import { unpackDebian } from './debian-packages.ts';
import type { Folders } from './folders.ts';
import { type HostEnvironment, PartError, type Reporter, reported } from './report.ts';

export interface Browser {
  readonly command: string;
  /** What its libraries and fonts need. */
  readonly env: Readonly<Record<string, string>>;
  /** `Chromium 156.0.8078.108`. */
  readonly version: string;
}

interface Surroundings {
  readonly folders: Folders;
  readonly hostEnv: HostEnvironment;
  readonly reporter: Reporter;
}

const run = promisify(execFile);
const ON_PATH = ['chromium', 'google-chrome'];

/** Debian's command is a script; the browser itself lies beside its data. */
const commandIn = (folder: string): string => join(folder, 'usr', 'lib', 'chromium', 'chromium');

/** One font for all, whatever the machine has, so that screenshots of two machines can be compared. */
const fontConfiguration = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'usr', 'share', 'fonts')}</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;

const LIBRARY_FOLDERS = ['', 'nss', 'pulseaudio'];

const environmentIn = (folder: string): Record<string, string> => {
  const libraries = ['usr/lib', 'lib'].flatMap((place) =>
    LIBRARY_FOLDERS.map((name) => join(folder, place, 'x86_64-linux-gnu', name)),
  );
  return { LD_LIBRARY_PATH: libraries.join(':'), FONTCONFIG_FILE: join(folder, 'fonts.conf') };
};

/** What it says of itself; undefined: it does not run here. */
const versionOf = (command: string, env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> =>
  run(command, ['--version'], { env: { ...env } }).then(
    ({ stdout }) => /^(?:Chromium|Google Chrome) [\d.]+/.exec(stdout.trim())?.[0],
    () => undefined,
  );

const missing = (why: string, cause?: unknown): PartError =>
  new PartError({
    code: 'BrowserMissing',
    message: `Chromium is not on PATH, and ${why}. Install chromium, then start again.`,
    ...(cause === undefined ? {} : { cause }),
  });

const fetchInto = async (folder: string, hostEnv: HostEnvironment): Promise<void> => {
  const half = `${folder}.half`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  await unpackDebian({ packages: ['chromium'], always: ['fonts-dejavu-core'], folder: half, hostEnv });
  writeFileSync(join(half, 'fonts.conf'), fontConfiguration(folder));
  renameSync(half, folder);
};

const fetched = async (folder: string, { folders, hostEnv, reporter }: Surroundings): Promise<void> => {
  const tell = (pid: number) =>
    reporter({ step: 'chromium', text: `waits for process ${pid}, which is fetching Chromium` });
  const fetching = () =>
    reported({
      reporter,
      step: 'chromium',
      why: "fetching Debian's Chromium and the libraries that are missing here (up to 200 MB), once; usually 20-60 s",
      done: 'Chromium unpacked',
      work: () => fetchInto(folder, hostEnv),
    }).catch((cause: Error) => {
      throw missing(`its Debian packages could not be fetched (${cause.message.trim()})`, cause);
    });
  const work = async (): Promise<void> => void (existsSync(commandIn(folder)) || (await fetching()));
  await whileClaimed({ path: join(folders.parts, 'chromium.lock'), onWait: tell, work });
};

/** The machine's own, else Debian's, unpacked below the ignored folder. Throws PartError `BrowserMissing`. */
export const installChromium = async (surroundings: Surroundings): Promise<Browser> => {
  const { folders, hostEnv } = surroundings;
  for (const command of ON_PATH) {
    const version = await versionOf(command, hostEnv);
    if (version !== undefined) return { command, env: {}, version };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw missing(`there is none to fetch for ${process.platform} on ${process.arch}`);
  const folder = join(folders.parts, 'chromium');
  if (!existsSync(commandIn(folder))) await fetched(folder, surroundings);
  const env = environmentIn(folder);
  const version = await versionOf(commandIn(folder), { ...hostEnv, ...env });
  if (version === undefined)
    throw missing(`the one in ${folder} does not run here; delete that folder to fetch it anew`);
  return { command: commandIn(folder), env, version };
};
