// `evercert check` as a process: exit codes, JSON, words.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const certificate = (name: string, dnsName: string): string => `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: ${name}}
spec:
  secretName: ${name}-tls
  dnsNames: [${dnsName}]
  issuerRef: {name: le}
`;
const ISSUER = `apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: le}
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    privateKeySecretRef: {name: account}
    solvers: [{dns01: {route53: {}}}]
---
apiVersion: v1
kind: Service
`;

describe('evercert check', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'evercert-check-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/evercert.ts', ...args], {
      cwd: root,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('ends with 0 and [] when there is nothing to say', () => {
    const path = write('clean.yaml', `${certificate('web', 'www.example.com')}---\n${ISSUER}`);
    expect(run('check', path, '--json')).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
    expect(run('check', path)).toEqual({
      status: 0,
      stdout:
        'note: passed over, not for Evercert: 1 Service\n1 file: 0 errors, 0 warnings; 1 certificate and 1 issuer accepted\n',
      stderr: '',
    });
  });

  it('ends with 0 when there are only warnings', () => {
    const path = write('warning.yaml', certificate('web', 'www.example.com'));
    const { status, stdout } = run('check', path, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        severity: 'warning',
        code: 'ISSUER_NOT_FOUND',
        file: 'warning.yaml',
        line: 7,
        column: 21,
        path: 'spec.issuerRef.name',
        message: 'Issuer "default/le" is not declared',
        hint: 'check the whole folder, or declare the issuer',
      },
    ]);
  });

  it('ends with 1 when there are errors, and names place, code and hint', () => {
    const path = write('error.yaml', `${certificate('web', 'com')}---\n${ISSUER}`);
    const { status, stdout, stderr } = run('check', path);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toBe(`error.yaml:6:14 error DNS_NAME_PUBLIC_SUFFIX spec.dnsNames[0]: "com" is a public suffix
    hint: write a name below it that is yours

note: passed over, not for Evercert: 1 Service
1 file: 1 error, 0 warnings; 0 certificates and 1 issuer accepted
`);
  });

  it('ends with 1 when the YAML itself is broken', () => {
    const { status, stdout } = run('check', write('broken.yaml', 'kind: [\n'), '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { severity: 'error', code: 'YAML_SYNTAX', file: 'broken.yaml', line: 1 },
    ]);
  });

  it('ends with 2 and nothing on standard output when it is called wrongly', () => {
    const calls = [
      ['check'],
      ['check', join(folder, 'missing'), '--json'],
      ['check', folder, '--yaml'],
      ['chek', folder],
      ['check', join(root, '.ci'), '--json'],
    ];
    for (const call of calls) {
      const { status, stdout, stderr } = run(...call);
      expect({ call, status, stdout }).toEqual({ call, status: 2, stdout: '' });
      expect(stderr).toMatch(/^error: /);
    }
  });

  it('knows the clusters of the settings that it is given', () => {
    const annotated = certificate('web', 'www.example.com').replace(
      '{name: web}',
      '{name: web, annotations: {evercert.dev/clusters: gren}}',
    );
    const path = write('delivered.yaml', `${annotated}---\n${ISSUER}`);
    const settings = write('settings.json', JSON.stringify({ clusters: [{ name: 'blue' }, { name: 'green' }] }));
    const said = (...more: string[]) =>
      (JSON.parse(run('check', path, '--json', ...more).stdout) as Record<string, unknown>[]).map(
        ({ severity, code, hint }) => ({ severity, code, hint }),
      );
    expect(said('--settings', settings)).toEqual([
      { severity: 'error', code: 'CLUSTER_UNKNOWN', hint: 'did you mean green?' },
    ]);
    expect(said()).toEqual([
      { severity: 'warning', code: 'ANNOTATION_NO_EFFECT', hint: 'name them in the setting clusters' },
    ]);
    const wrong = write('wrong.json', JSON.stringify({ clusters: [{ name: 'Blue' }] }));
    const { status, stdout, stderr } = run('check', path, '--settings', wrong);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .*wrong\.json: the settings of Evercert are wrong:\n[\s\S]*clusters\[0\]\.name/);
  });

  it('explains itself', () => {
    const { status, stdout } = run('check', '--help');
    expect(status).toBe(0);
    expect(stdout).toContain('evercert check certificates/ --json');
  });

  it('finds the first steps without error', () => {
    const { status, stdout } = run('check', 'examples/first-steps', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        severity: 'warning',
        code: 'SOLVER_STAND_IN',
        file: '06-http01-tutorial.yaml',
        path: 'spec.acme.solvers[0].http01',
      },
    ]);
  });
});
