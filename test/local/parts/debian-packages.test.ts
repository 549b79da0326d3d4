// What apt says it would install, read.
import { expect, test } from 'vitest';
import { simulatedPackages } from '#local/parts/debian-packages.ts';

test('each package is taken at its version, upgrades too, but never the C library of the system', () => {
  const output = [
    'Reading package lists...',
    'Inst libogg0 (1.3.5-3 Debian:12.15/oldstable [amd64])',
    'Inst libc6 [2.36-9] (2.36-10 Debian:12.15/oldstable [amd64])',
    'Inst libnss3 [2:3.87-1] (2:3.87.1-1+deb12u2 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []',
    'Inst chromium (156.0.8078.108-1~deb12u1 Debian-Security:12/oldstable-security [amd64])',
    'Conf libogg0 (1.3.5-3 Debian:12.15/oldstable [amd64])',
  ].join('\n');
  expect(simulatedPackages(output)).toEqual([
    'libogg0=1.3.5-3',
    'libnss3=2:3.87.1-1+deb12u2',
    'chromium=156.0.8078.108-1~deb12u1',
  ]);
});
