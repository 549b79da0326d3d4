// The CDK app as `cdk synth` runs it: in a process of its own, with the context that cdk.json and -c give.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evercert-app-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };

interface Synthesized {
  readonly types: readonly string[];
  readonly stderr: string;
  readonly status: number | null;
}

const synth = (evercert: unknown): Synthesized => {
  const { stderr, status } = spawnSync(process.execPath, ['bin/app.ts'], {
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...context, evercert }) },
  });
  if (status !== 0) return { types: [], stderr, status };
  const template = readFileSync(join(folder, 'Evercert.template.json'), 'utf8');
  const { Resources } = JSON.parse(template) as { Resources: Record<string, { Type: string }> };
  return { types: Object.values(Resources).map(({ Type }) => Type), stderr, status };
};

const cluster = { name: 'prod', endpoint: 'https://x.eks.amazonaws.com', certificateAuthorityData: 'Zm9v' };

describe('the app', { timeout: 120_000 }, () => {
  it('makes a stack without clusters, and without anything for them', () => {
    const { types, status } = synth({});
    expect(status).toBe(0);
    expect(types.filter((type) => type.startsWith('AWS::EKS'))).toEqual([]);
    // That of the ledger's stream.
    expect(types.filter((type) => type === 'AWS::Lambda::EventSourceMapping')).toHaveLength(1);
  });

  it('makes a function for each cluster of the context, also where that is text, as -c gives it', () => {
    const { types, status } = synth(JSON.stringify({ clusters: [cluster, { ...cluster, name: 'test' }] }));
    expect(status).toBe(0);
    expect(types.filter((type) => type === 'AWS::Lambda::EventSourceMapping')).toHaveLength(1 + 2);
    expect(types.filter((type) => type === 'AWS::EKS::AccessEntry')).toHaveLength(2);
  });

  it('says what is missing at a cluster, and makes nothing', () => {
    const { stderr, status } = synth({ clusters: [{ name: 'prod' }] });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^cluster prod: endpoint and certificateAuthorityData are missing; .*aws eks describe-cluster/,
    );
  });
});
