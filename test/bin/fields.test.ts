// `evercert fields` as a process: JSON for scripts, a table for people.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/evercert.ts', 'fields', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describe('evercert fields', () => {
  it('prints every leaf of every kind as JSON', () => {
    const { status, stdout } = run('--json');
    const leaves = JSON.parse(stdout) as { kind: string; path: string }[];
    expect(status).toBe(0);
    expect(leaves).toContainEqual({
      kind: 'Certificate',
      path: 'spec.privateKey.algorithm',
      status: 'supported',
      reason: '',
    });
    expect(leaves.map(({ kind, path }) => `${kind} ${path}`)).toEqual(
      expect.arrayContaining([
        'Certificate spec.otherNames[].oid',
        'Certificate spec.secretTemplate.labels',
        'Issuer spec.ca.ocspServers[]',
        'ClusterIssuer spec.acme.solvers[].dns01.route53.role',
        'AWSPCAIssuer spec.arn',
        'AWSPCAClusterIssuer spec.secretRef.name',
      ]),
    );
    expect([...new Set(leaves.map((leaf) => Object.keys(leaf).join()))]).toEqual(['kind,path,status,reason']);
  });

  it('prints a table of one kind, with the count at its end', () => {
    const { status, stdout } = run('--kind', 'AWSPCAIssuer');
    const lines = stdout.trimEnd().split('\n');
    expect(status).toBe(0);
    expect(lines[0]).toMatch(/^KIND {10}PATH {45}STATUS {5}REASON$/);
    expect(lines[1]).toMatch(/^AWSPCAIssuer {2}spec\.arn +supported$/);
    expect(lines.at(-1)).toBe('12 fields: 4 supported, 0 without effect, 8 refused');
  });

  it('ends with 2 for a kind that there is not', () => {
    expect(run('--kind', 'Certificates')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'error: there is no kind "Certificates"; known: Certificate, Issuer, ClusterIssuer, AWSPCAIssuer, AWSPCAClusterIssuer\n',
    });
  });
});
