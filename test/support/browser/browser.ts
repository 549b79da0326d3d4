// A real browser without a window, for tests that look at a page. It must never know which page.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installChromium } from '#local/parts/chromium.ts';
import { makeRunFolder, projectFolders } from '#local/parts/folders.ts';
import { startServer } from '#local/parts/process.ts';
import { DevTools } from './devtools.ts';
import { type Look, Tab } from './tab.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Browser {
  readonly version: string;
  /** A new tab of its own profile: no cookie, no cache, no history of another. */
  tab(look: Look): Promise<Tab>;
  stop(): Promise<void>;
}

/** The ignored folder for what people look at after a run. */
export const screenshotFolder = (): string => {
  const folder = join(ROOT, '.evercert', 'screenshots');
  mkdirSync(folder, { recursive: true });
  return folder;
};

const FLAGS = [
  '--headless=new',
  // Containers give no user namespaces; the only pages that it opens are ours.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
  '--remote-debugging-port=0',
];

const newTab = async (devtools: DevTools, look: Look): Promise<Tab> => {
  const { browserContextId } = await devtools.ask<{ browserContextId: string }>('Target.createBrowserContext');
  const page = { url: 'about:blank', browserContextId };
  const { targetId } = await devtools.ask<{ targetId: string }>('Target.createTarget', page);
  const attach = { targetId, flatten: true };
  const { sessionId } = await devtools.ask<{ sessionId: string }>('Target.attachToTarget', attach);
  const tab = new Tab(devtools, sessionId);
  await tab.prepare(look);
  return tab;
};

/** Fetches the browser where it is missing. */
export const startBrowser = async (): Promise<Browser> => {
  const reporter = ({ step, text }: { step: string; text: string }): void => console.error(`${step}: ${text}`);
  const installed = await installChromium({ folders: projectFolders(ROOT), hostEnv: process.env, reporter });
  const runFolder = makeRunFolder({ root: ROOT, name: 'browser' });
  const portFile = join(runFolder, 'profile', 'DevToolsActivePort');
  const child = await startServer({
    name: 'Chromium',
    command: installed.command,
    args: [...FLAGS, `--user-data-dir=${join(runFolder, 'profile')}`],
    env: { PATH: process.env.PATH ?? '', HOME: runFolder, TZ: 'UTC', ...installed.env },
    cwd: runFolder,
    logFile: join(runFolder, 'chromium.log'),
    healthy: async () => existsSync(portFile) && readFileSync(portFile, 'utf8').includes('\n'),
    deadlineMs: 60_000,
  });
  const [port, path] = readFileSync(portFile, 'utf8').trim().split('\n');
  const devtools = await DevTools.connect(`ws://127.0.0.1:${port}${path}`);
  return {
    version: installed.version,
    tab: (look) => newTab(devtools, look),
    stop: async () => {
      devtools.close();
      await child.stop();
      rmSync(runFolder, { recursive: true, force: true });
    },
  };
};
