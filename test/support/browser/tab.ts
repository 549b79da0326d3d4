// One tab of a real browser, as a person has it: a width, a theme, a keyboard, eyes. It must never know what is on the page.
import { writeFileSync } from 'node:fs';
import type { DevTools } from './devtools.ts';

export interface Look {
  /** CSS pixels. */
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  /** False: as a browser without scripts. */
  readonly scripts?: boolean;
}

/** What a page must not do unnoticed. */
export interface Noticed {
  /** Errors and warnings of the console, refusals of the Content-Security-Policy among them. */
  readonly complaints: string[];
  /** Every URL that was asked for. */
  readonly requests: string[];
}

const HEIGHT = 900;

const KEYS: Readonly<Record<string, { readonly code: string; readonly keyCode: number; readonly text?: string }>> = {
  Tab: { code: 'Tab', keyCode: 9 },
  Enter: { code: 'Enter', keyCode: 13, text: '\r' },
  ' ': { code: 'Space', keyCode: 32, text: ' ' },
};

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string }; readonly text: string };
}

export class Tab {
  readonly noticed: Noticed = { complaints: [], requests: [] };
  readonly #devtools: DevTools;
  readonly #session: string;
  #loaded = (): void => undefined;

  constructor(devtools: DevTools, session: string) {
    this.#devtools = devtools;
    this.#session = session;
    devtools.hear(session, (method, params) => this.#notice(method, params));
  }

  async prepare({ width, scheme, scripts = true }: Look): Promise<void> {
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.#ask(`${domain}.enable`);
    await this.#ask('Emulation.setScriptExecutionDisabled', { value: !scripts });
    await this.see({ width, scheme });
  }

  /** Changes how the page is looked at. */
  async see({ width, scheme }: Omit<Look, 'scripts'>): Promise<void> {
    const size = { width, height: HEIGHT, deviceScaleFactor: 1, mobile: false };
    await this.#ask('Emulation.setDeviceMetricsOverride', size);
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await this.#ask('Emulation.setEmulatedMedia', { features });
  }

  /** Resolves when the page has loaded. */
  async open(url: string): Promise<void> {
    const loaded = this.nextLoad();
    await this.#ask('Page.navigate', { url });
    await loaded;
  }

  nextLoad(): Promise<void> {
    return new Promise((done) => {
      this.#loaded = done;
    });
  }

  /** The value of an expression on the page; it works also where the page's own scripts do not. */
  async evaluate<T = unknown>(expression: string): Promise<T> {
    const request = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails: thrown } = await this.#ask<Evaluated>('Runtime.evaluate', request);
    if (thrown !== undefined) throw new Error(thrown.exception?.description ?? thrown.text);
    return result.value as T;
  }

  /** What a person reads. */
  text(): Promise<string> {
    return this.evaluate('document.body.innerText');
  }

  /** Presses and releases one key. */
  async press(key: 'Tab' | 'Enter' | ' '): Promise<void> {
    const { code, keyCode, text } = KEYS[key]!;
    const common = { key, code, windowsVirtualKeyCode: keyCode };
    await this.#ask('Input.dispatchKeyEvent', {
      type: text === undefined ? 'rawKeyDown' : 'keyDown',
      ...common,
      ...(text === undefined ? {} : { text }),
    });
    await this.#ask('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
  }

  /** The whole page as a PNG. */
  async screenshot(file: string): Promise<void> {
    const request = { format: 'png', captureBeyondViewport: true };
    const { data } = await this.#ask<{ data: string }>('Page.captureScreenshot', request);
    writeFileSync(file, Buffer.from(data, 'base64'));
  }

  #ask<T = unknown>(method: string, params: Record<string, unknown> = {}): Promise<T> {
    return this.#devtools.ask<T>(method, params, this.#session);
  }

  #notice(method: string, params: Record<string, unknown>): void {
    const { complaints, requests } = this.noticed;
    if (method === 'Page.loadEventFired') this.#loaded();
    if (method === 'Network.requestWillBeSent') requests.push((params.request as { url: string }).url);
    if (method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(params.exceptionDetails));
    if (method === 'Runtime.consoleAPICalled') complaints.push(JSON.stringify(params.args));
    if (method === 'Log.entryAdded') complaints.push((params.entry as { text: string }).text);
  }
}
