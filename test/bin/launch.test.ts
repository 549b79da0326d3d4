// The launchers' decisions, which must hold before anything is installed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const launch = join(import.meta.dirname, '..', '..', 'bin', 'launch');
const { missingPackage } = await import(join(launch, 'install.mjs'));
const { stripsTypes } = await import(join(launch, 'run.mjs'));
const { whileLocked } = await import(join(launch, 'lock.mjs'));

describe('an installation', () => {
  const locked = {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', optional: true },
  };
  const a = { version: '1.0.0', integrity: 'sha512-a' };

  it.each([
    ['is wanted when there is none', undefined, 'node_modules'],
    ['is complete without an optional package of another platform', { 'node_modules/a': a }, undefined],
    ['is wanted when a package is missing', {}, 'node_modules/a'],
    ['is wanted when a version differs', { 'node_modules/a': { ...a, version: '1.0.1' } }, 'node_modules/a'],
    ['is wanted when the content differs', { 'node_modules/a': { ...a, integrity: 'sha512-x' } }, 'node_modules/a'],
  ])('%s', (_, installed, missing) => {
    expect(missingPackage({ locked, installed })).toBe(missing);
  });
});

describe('Node', () => {
  it.each([
    ['v20.20.2', false],
    ['v22.17.1', false],
    ['v22.18.0', true],
    ['v24.0.0', true],
  ])('%s strips types by itself: %s', (version, answer) => {
    expect(stripsTypes(version)).toBe(answer);
  });
});

describe('the lock of an installation', () => {
  it('lets one in after the other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'evercert-lock-'));
    const steps: string[] = [];
    const enter = (name: string) =>
      whileLocked({
        lock: join(folder, 'lock'),
        onWait: () => undefined,
        work: async () => {
          steps.push(`${name} in`);
          await new Promise((done) => setImmediate(done));
          steps.push(`${name} out`);
        },
      });
    await Promise.all([enter('first'), enter('second')]);
    rmSync(folder, { recursive: true });
    expect(steps).toEqual(['first in', 'first out', 'second in', 'second out']);
  });

  it('is taken over from a dead process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'evercert-lock-'));
    mkdirSync(join(folder, 'lock'));
    writeFileSync(join(folder, 'lock', 'pid'), '4194305');
    const done = await whileLocked({ lock: join(folder, 'lock'), onWait: () => undefined, work: async () => 'done' });
    rmSync(folder, { recursive: true });
    expect(done).toBe('done');
  });
});
