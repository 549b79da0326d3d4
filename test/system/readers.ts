// Other programs' eyes on a keystore: keytool, openssl, Python's cryptography. It must never read a keystore itself.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolders } from '#local/parts/folders.ts';
import { installKeystoreReaders } from '#local/parts/keystore-readers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const reporter = ({ step, text }: { step: string; text: string }): void => console.error(`${step}: ${text}`);

export interface Store {
  /** Base64, as it lies in the secret. */
  readonly text: string;
  readonly type: 'PKCS12' | 'JKS';
  readonly password: string;
}

/** What keytool lists. */
export interface Listed {
  readonly entries: readonly { readonly alias: string; readonly kind: string; readonly chainLength: number }[];
}

/** What Python's cryptography loads; sizes in bits. */
export interface Loaded {
  readonly key: string | null;
  readonly leaf: string | null;
  readonly others: readonly string[];
}

/** A program's answer; a program that refuses has another code than 0. */
interface Answer {
  readonly code: number;
  readonly out: string;
}

const answer = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  new Promise((resolve) => {
    execFile(command, [...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, out: stdout + stderr }),
    );
  });

const PYTHON = `
import json, sys
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.hazmat.primitives import hashes
store = pkcs12.load_pkcs12(open(sys.argv[1], 'rb').read(), sys.argv[2].encode())
key = store.key
kind = None if key is None else type(key).__name__.replace('PrivateKey', '')
size = '' if key is None else ' %d' % getattr(key, 'key_size', 256)
name = lambda one: one.certificate.fingerprint(hashes.SHA256()).hex()
leaf = None if store.cert is None else name(store.cert)
print(json.dumps({'key': None if kind is None else kind + size, 'leaf': leaf, 'others': [name(one) for one in store.additional_certs]}))
`;

const listed = (out: string): Listed => {
  const blocks = out.split(/^Alias name: /m).slice(1);
  const entries = blocks.map((block) => ({
    alias: block.split('\n')[0]!.trim(),
    kind: /^Entry type: (.*)$/m.exec(block)?.[1]?.trim() ?? '',
    chainLength: Number(/^Certificate chain length: (\d+)$/m.exec(block)?.[1] ?? 0),
  }));
  return { entries };
};

export interface Eyes {
  keytool(store: Store): Promise<Listed | 'refused'>;
  /** Number of certificates and keys that it prints. */
  openssl(store: Store, options?: readonly string[]): Promise<{ certificates: number; keys: number } | 'refused'>;
  python(store: Store): Promise<Loaded | 'refused'>;
  /** OpenSSL like 3.0. */
  readonly version: string;
  stop(): void;
}

/** Installs what is missing. */
export const openEyes = async (): Promise<Eyes> => {
  const tools = await installKeystoreReaders({ folders: projectFolders(ROOT), hostEnv: process.env, reporter });
  const folder = mkdtempSync(join(tmpdir(), 'evercert-keystores-'));
  let written = 0;
  const fileOf = ({ text }: Store): string => {
    const file = join(folder, `store-${++written}`);
    writeFileSync(file, Buffer.from(text, 'base64'), { mode: 0o600 });
    return file;
  };
  const { command, env } = tools.openssl;
  const { out: version } = await answer(command, ['version'], env);
  return {
    version: /OpenSSL (\d+\.\d+)/.exec(version)?.[1] ?? '',
    keytool: async (store) => {
      const args = ['-list', '-v', '-storetype', store.type, '-storepass', store.password, '-keystore', fileOf(store)];
      const { code, out } = await answer(tools.keytool, ['-J-Duser.language=en', ...args]);
      return code === 0 ? listed(out) : 'refused';
    },
    openssl: async (store, options = []) => {
      const args = ['pkcs12', '-in', fileOf(store), '-passin', `pass:${store.password}`, '-nodes', ...options];
      const { code, out } = await answer(command, args, env);
      if (code !== 0) return 'refused';
      const count = (what: RegExp): number => out.match(what)?.length ?? 0;
      return { certificates: count(/BEGIN CERTIFICATE/g), keys: count(/BEGIN [A-Z ]*PRIVATE KEY/g) };
    },
    python: async (store) => {
      const { code, out } = await answer(tools.python, ['-W', 'ignore', '-c', PYTHON, fileOf(store), store.password]);
      return code === 0 ? (JSON.parse(out) as Loaded) : 'refused';
    },
    stop: () => rmSync(folder, { recursive: true, force: true }),
  };
};
