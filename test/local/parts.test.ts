// The pure parts of installing and running the real parts. It must never start one of them.

import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { caddyfile } from '#local/parts/caddy.ts';
import { claim, whileClaimed } from '#local/parts/claim.ts';
import { makeRunFolder, projectFolders } from '#local/parts/folders.ts';
import { isNewEnough } from '#local/parts/go-build.ts';
import { makeLocalhostCertificate } from '#local/parts/localhost-certificate.ts';
import { ministackEnvironment } from '#local/parts/ministack.ts';
import { pebbleConfig, pebbleEnvironment } from '#local/parts/pebble.ts';
import { isLocked, requirePythons, withoutHashes } from '#local/parts/python.ts';
import { pythonAdvice } from '#local/parts/python-search.ts';

const DEAD_PID = 4_194_305; // above Linux's and macOS's largest pid
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evercert-parts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a claim', () => {
  it('is held by one process at a time, which the second is told', () => {
    expect(claim(join(folder, 'lock')).kind).toBe('claimed');
    expect(claim(join(folder, 'lock'))).toEqual({ kind: 'held', pid: process.pid });
  });

  it('is free again when released', () => {
    const first = claim(join(folder, 'lock'));
    if (first.kind === 'claimed') first.release();
    expect(claim(join(folder, 'lock')).kind).toBe('claimed');
  });

  it('of a dead process is void', () => {
    mkdirSync(join(folder, 'lock'));
    writeFileSync(join(folder, 'lock', 'pid'), `${DEAD_PID}`);
    expect(claim(join(folder, 'lock')).kind).toBe('claimed');
    expect(readFileSync(join(folder, 'lock', 'pid'), 'utf8')).toBe(`${process.pid}`);
  });

  it('is given back when the work fails', async () => {
    const work = async () => Promise.reject(new Error('broken'));
    await expect(whileClaimed({ path: join(folder, 'lock'), onWait: () => undefined, work })).rejects.toThrow('broken');
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});

describe('run folders', () => {
  it('of dead processes are removed when a new one is made', () => {
    const { runs } = projectFolders(folder);
    mkdirSync(join(runs, `${DEAD_PID}`));
    const mine = makeRunFolder({ root: folder, name: 'test' });
    expect(existsSync(join(runs, `${DEAD_PID}`))).toBe(false);
    expect(mine).toBe(join(folder, '.evercert', 'run', `${process.pid}-test`));
  });
});

describe('Python', () => {
  it.each([
    ['glibc Linux on x64', { platform: 'linux', machine: 'x86_64', libc: 'glibc', minor: 10 }, true],
    ['glibc Linux on arm64', { platform: 'linux', machine: 'aarch64', libc: 'glibc', minor: 14 }, true],
    ['macOS on arm64', { platform: 'darwin', machine: 'arm64', libc: '', minor: 13 }, true],
    ['musl Linux', { platform: 'linux', machine: 'x86_64', libc: '', minor: 12 }, false],
    ['a Python that came later', { platform: 'linux', machine: 'x86_64', libc: 'glibc', minor: 15 }, false],
  ])('wheels are locked as they should be for %s', (_, python, locked) => {
    expect(isLocked(python)).toBe(locked);
  });

  it('requirements keep versions and markers when the hashes are left out', () => {
    const hash = 'a'.repeat(64);
    const locked = `# head\na==1 ; python_full_version < "3.11" \\\n    --hash=sha256:${hash} \\\n    --hash=sha256:${hash}\nb==2 \\\n    --hash=sha256:${hash}\n`;
    expect(withoutHashes(locked)).toBe('a==1 ; python_full_version < "3.11"\nb==2\n');
  });

  it('requirements are all pinned and hashed', () => {
    for (const name of ['requirements.txt', 'requirements-go.txt', 'requirements-java.txt']) {
      const text = readFileSync(join(import.meta.dirname, '..', '..', 'local', 'parts', name), 'utf8');
      const entries = text.split('\n').filter((line) => /^[a-z]/.test(line));
      expect(entries.filter((line) => !/^[a-z0-9-]+==\S+( ; python_full_version < "3\.\d+")? \\$/.test(line))).toEqual(
        [],
      );
      expect(text).not.toMatch(/https?:/);
    }
  });

  it('that is missing is said, with the way to get it, before anything else happens', async () => {
    await expect(requirePythons({ PATH: folder })).rejects.toMatchObject({ code: 'PythonMissing' });
    expect(pythonAdvice('linux')).toContain('apt install python3');
    expect(pythonAdvice('darwin')).toContain('brew install python');
    expect(pythonAdvice('sunos')).toContain('python.org');
  });
});

describe('Go', () => {
  it.each([
    ['go1.26.6', true],
    ['go1.24.0', true],
    ['go1.24rc1', true],
    ['go1.23.9', false],
    ['go2.0', true],
    ['', false],
  ])('%j is new enough: %s', (version, answer) => {
    expect(isNewEnough(version)).toBe(answer);
  });
});

describe('Pebble', () => {
  const options = { binary: '/pebble', runFolder: '/run', dnsPort: 53 };

  it('knows the profile names of Let’s Encrypt and their lifetimes, and answers on loopback only', () => {
    const { pebble } = JSON.parse(pebbleConfig({ options, port: 1, managementPort: 2 }));
    const lifetimes = Object.entries(pebble.profiles).map(([name, p]) => [
      name,
      (p as { validityPeriod: number }).validityPeriod,
    ]);
    expect(Object.fromEntries(lifetimes)).toEqual({
      classic: 7_776_000,
      tlsserver: 3_888_000,
      shortlived: 576_000,
      'six-minutes': 360,
    });
    expect(pebble).toMatchObject({
      listenAddress: '127.0.0.1:1',
      managementListenAddress: '127.0.0.1:2',
      keyAlgorithm: 'ecdsa',
    });
  });

  it('is polite unless told otherwise', () => {
    expect(pebbleEnvironment(options)).toEqual({
      PEBBLE_VA_NOSLEEP: '1',
      PEBBLE_WFE_NONCEREJECT: '0',
      PEBBLE_AUTHZREUSE: '0',
      PEBBLE_CHAIN_LENGTH: '1',
      PEBBLE_ALTERNATE_ROOTS: '0',
    });
  });

  it('takes every bad habit that a test asks for', () => {
    const bad = {
      ...options,
      nonceRejectPercent: 30,
      authorizationReusePercent: 50,
      validationSleepSeconds: 3,
      chainLength: 3,
      alternateRoots: 2,
    };
    expect(pebbleEnvironment(bad)).toEqual({
      PEBBLE_VA_SLEEPTIME: '3',
      PEBBLE_WFE_NONCEREJECT: '30',
      PEBBLE_AUTHZREUSE: '50',
      PEBBLE_CHAIN_LENGTH: '3',
      PEBBLE_ALTERNATE_ROOTS: '2',
    });
  });
});

describe('Caddy', () => {
  it('keeps everything in its own folder and solves by DNS-01 alone', () => {
    const file = caddyfile({ options: { binary: '/caddy', runFolder: '/run', dnsPort: 5353 }, port: 1 });
    expect(file).toContain('storage file_system "/run/storage"');
    expect(file).toContain('challenges dns-01');
    expect(file).toContain('resolvers 127.0.0.1:5353');
    expect(file).toContain('skip_install_trust');
  });
});

describe('ministack', () => {
  const python = { folder: '/venv', bin: '/venv/bin', python: '/venv/bin/python' };
  const options = { python, runFolder: '/run', nodeModules: '/node_modules' };

  it('gets own folders and nothing of the host’s environment', () => {
    const env = ministackEnvironment({ options, port: 4566 });
    expect(env).toMatchObject({
      HOME: '/run',
      S3_DATA_DIR: '/run/s3',
      STATE_DIR: '/run/state',
      LAMBDA_WARM_TTL_SECONDS: '20',
    });
    expect(Object.keys(env)).not.toContain('USER');
    expect(Object.keys(env)).not.toContain('PERSIST_STATE');
    expect(Object.keys(env)).not.toContain('AWS_ENDPOINT_URL_ACM_PCA');
  });

  it('is told what a test wants', () => {
    const wishes = {
      persist: true,
      waitScale: 0.1,
      warmSeconds: 5,
      privateCaEndpoint: 'http://127.0.0.1:9',
      env: { X: 'y' },
    };
    expect(ministackEnvironment({ options: { ...options, ...wishes }, port: 4566 })).toMatchObject({
      PERSIST_STATE: '1',
      SFN_WAIT_SCALE: '0.1',
      LAMBDA_WARM_TTL_SECONDS: '5',
      AWS_ENDPOINT_URL_ACM_PCA: 'http://127.0.0.1:9',
      X: 'y',
    });
  });
});

describe('the localhost certificate', () => {
  it('is for localhost and 127.0.0.1 and signed by its own authority', async () => {
    const made = await makeLocalhostCertificate(new Date('2026-11-25T00:00:00Z'));
    const leaf = new X509Certificate(made.certificatePem);
    expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
    expect(leaf.verify(new X509Certificate(made.caPem).publicKey)).toBe(true);
    expect(new Date(leaf.validTo)).toEqual(new Date('2026-12-25T00:00:00Z'));
  });
});
