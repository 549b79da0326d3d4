// Synthesizes the stack in this process, as `cdk synth` does with cdk.json's context, but with a line of inline code in
// each function unless a test wants the bundle. It must never touch the network.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Environment, Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Catalogue } from '#core/declaration/model.ts';
import { eachFunction } from '#lib/bundle.ts';
import { EvercertService, type EvercertServiceProps } from '#lib/evercert-service.ts';
import type { Template } from './template.ts';

const INLINE = Code.fromInline('exports.handler = async () => {}');
const INLINE_CODE = eachFunction(() => INLINE);
const CATALOGUE: Catalogue = { hash: 'a'.repeat(64), certificates: [] };

export interface SynthRequest {
  /** What needs constructs is made in the stack. */
  readonly props?: Partial<EvercertServiceProps> | ((stack: Stack) => Partial<EvercertServiceProps>);
  readonly context?: Readonly<Record<string, unknown>>;
  readonly env?: Environment;
  /** Called before synthesis: plugins, more constructs. */
  readonly before?: (app: App, service: EvercertService) => void;
  /** Called after it, with the templates of all stacks by name. */
  readonly templates?: (templates: Readonly<Record<string, Template>>) => void;
}

const cdkJson = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  context: Record<string, unknown>;
};

/** The template of a stack `Evercert` with one service `Certs`; no declarations, account and region open, unless told. */
export const synthesize = (request: SynthRequest = {}): Template => {
  const outdir = mkdtempSync(join(tmpdir(), 'evercert-synth-'));
  try {
    return synthesizeInto(outdir, request);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};

const synthesizeInto = (outdir: string, request: SynthRequest): Template => {
  const app = new App({ outdir, context: { ...cdkJson.context, ...request.context }, analyticsReporting: false });
  const stack = new Stack(app, 'Evercert', request.env === undefined ? {} : { env: request.env });
  const service = new EvercertService(stack, 'Certs', {
    declarations: CATALOGUE,
    code: { ...INLINE_CODE, name: 'inline' },
    ...(typeof request.props === 'function' ? request.props(stack) : request.props),
  });
  request.before?.(app, service);
  const assembly = app.synth();
  request.templates?.(
    Object.fromEntries(assembly.stacks.map(({ stackName, template }) => [stackName, template as Template])),
  );
  return assembly.getStackByName('Evercert').template as Template;
};
