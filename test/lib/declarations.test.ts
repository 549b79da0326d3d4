// Declarations as synth meets them: refused with every problem at its place, accepted with warnings that CDK shows.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDeclarations } from '#lib/declarations.ts';
import { Refused } from '#lib/refused.ts';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf } from '#test/support/template.ts';

const ISSUER = `apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: letsencrypt
spec:
  acme:
    server: https://acme-staging-v02.api.letsencrypt.org/directory
    privateKeySecretRef: { name: letsencrypt }
    solvers: [{ dns01: { route53: {} } }]
`;
const certificate = (name: string, rest: string): string => `apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: ${name}
spec:
  secretName: ${name}
  issuerRef: { kind: ClusterIssuer, name: letsencrypt }
${rest}`;

let good: string;
let bad: string;

beforeAll(() => {
  good = mkdtempSync(join(tmpdir(), 'evercert-good-'));
  writeFileSync(join(good, 'issuer.yaml'), ISSUER);
  writeFileSync(join(good, 'web.yaml'), certificate('web', '  dnsNames: [web.example.com]\n  usages: [server auth]\n'));
  bad = mkdtempSync(join(tmpdir(), 'evercert-bad-'));
  writeFileSync(join(bad, 'a.yaml'), certificate('a', '  dnsName: [a.example.com]\n'));
  writeFileSync(join(bad, 'b.yaml'), certificate('b', '  dnsNames: ["b..example.com"]\n'));
});

afterAll(() => {
  for (const folder of [good, bad]) rmSync(folder, { recursive: true });
});

const refusal = (path: string): string => {
  try {
    loadDeclarations(path);
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
  return '';
};

describe('declarations at synth', { timeout: 60_000 }, () => {
  it('are refused with all problems of all files, each with file, line and column', () => {
    const lines = refusal(bad).split('\n');
    expect(lines.find((line) => line.includes('FIELD_UNKNOWN'))).toMatch(
      new RegExp(`^${join(bad, 'a.yaml')}:8:3: error FIELD_UNKNOWN spec.dnsName: .*dnsNames`),
    );
    expect(lines.find((line) => line.includes('DNS_NAME_INVALID'))).toMatch(
      new RegExp(`^${join(bad, 'b.yaml')}:8:14: error DNS_NAME_INVALID spec.dnsNames\\[0\\]: `),
    );
    expect(lines.filter((line) => line.includes('ISSUER_NOT_FOUND'))).toHaveLength(2);
  });

  it('are refused when there are none, with what to do', () => {
    expect(refusal(join(bad, 'nowhere'))).toMatch(/nowhere.*set the folder with -c declarations=<folder>/);
  });

  it('fail the synthesis of a construct that names the folder', () => {
    expect(() => synthesize({ props: { declarations: bad } })).toThrow(Refused);
  });

  it('tell warnings as annotations, and hand their hash to the deploy', () => {
    const warnings: unknown[] = [];
    const template = synthesize({
      props: { declarations: good },
      before: (_app, service) => {
        warnings.push(
          ...service.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data),
        );
      },
    });
    expect(warnings).toEqual([expect.stringMatching(/web\.yaml:9:11: warning FIELD_NO_EFFECT spec\.usages: /)]);
    const [, wake] = resourcesOf(template, 'Custom::EvercertDeployed')[0]!;
    expect(wake.Properties?.catalogueHash).toBe(loadDeclarations(good).catalogue.hash);
  });
});
