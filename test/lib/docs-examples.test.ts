// The examples of the docs that name a construct compile as they stand, given what their text says is there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = process.cwd();

/** What stands around an example: the names that its text takes for given. */
const GIVEN = `
import type { Stack } from 'aws-cdk-lib';
import type { ICluster } from 'aws-cdk-lib/aws-eks';
import { ClusterAccess } from '#lib/cluster-access.ts';
import { EksTarget } from '#lib/eks-target.ts';
import { EvercertService } from '#lib/evercert-service.ts';
declare const stack: Stack;
declare const stackInTheOtherAccount: Stack;
declare const cluster: ICluster;
declare const [endpoint, certificateAuthorityData]: string[];
`.trim();

const examplesIn = (file: string): string[] => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
};

/** The compiler's messages, text by text, which need not be files; in one go, for it reads all of CDK's types. */
const problemsOf = (texts: readonly string[]): string[][] => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options: own } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const options = { ...own, noEmit: true, noUnusedLocals: false, noUncheckedIndexedAccess: false };
  const names = texts.map((_text, index) => join(root, 'test', 'lib', `example-${index}.ts`));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.fileExists = (name) => names.includes(name) || fileExists(name);
  host.readFile = (name) => texts[names.indexOf(name)] ?? readFile(name);
  const program = ts.createProgram(names, options, host);
  return names.map((name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
};

describe('examples of constructs', { timeout: 120_000 }, () => {
  const examples = examplesIn('docs/eks.md');

  it('compile as they stand in the docs, and would not if they named what is not there', () => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
    const wrong = examples[0]!.replace('EksTarget.from', 'EksTarget.off');
    const [ofWrong, ...problems] = problemsOf([wrong, ...examples].map((code) => `${GIVEN}\n${code}`));
    expect(problems.flat()).toEqual([]);
    expect(ofWrong).toEqual([expect.stringContaining('offAttributes')]);
  });
});
