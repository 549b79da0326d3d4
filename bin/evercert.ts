#!/usr/bin/env node
// The command line: one line a command, each loaded only when it is called. It must never hold what a command does.
// Exit codes: 0 as wished, 1 something was found wrong, 2 the call itself is wrong.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { Refused } from '#lib/refused.ts';

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

const program = new Command('evercert')
  .description('Certificates that renew themselves on AWS, declared as cert-manager YAML')
  .version(version(), '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand(false)
  .exitOverride();

program
  .command('check')
  .description('check cert-manager YAML: every problem with file, line, column and a hint')
  .argument('<path>', 'a folder (read with its sub-folders) or a single YAML file')
  .option('--settings <file>', 'settings of the deployment (JSON); default: context "evercert" of ./cdk.json')
  .option('--json', 'print a JSON array of problems and nothing else')
  .addHelpText(
    'after',
    `
Examples:
  evercert check certificates/            all YAML files of a folder
  evercert check web.yaml                 one file; an issuer declared elsewhere is a warning
  evercert check certificates/ --json     for scripts: [] when there is nothing to say

Exit codes: 0 no errors (warnings may be there), 1 errors, 2 wrong usage.
Every code is explained in docs/codes.md.`,
  )
  .action(async (path: string, options: { json?: true; settings?: string }) => {
    const { check } = await import('./commands/check.ts');
    process.exitCode = check(path, { json: options.json === true, settings: options.settings });
  });

program
  .command('fields')
  .description(
    "list every field of cert-manager's Certificate and issuers: supported, without effect or refused, and why",
  )
  .option('--json', 'print a JSON array of {kind, path, status, reason} and nothing else')
  .option('--kind <kind>', 'only Certificate, Issuer, ClusterIssuer, AWSPCAIssuer or AWSPCAClusterIssuer')
  .addHelpText(
    'after',
    `
Examples:
  evercert fields --kind Certificate      all of Certificate, as a table
  evercert fields --json                  for scripts; list items are written as [], as in spec.dnsNames[]`,
  )
  .action(async (options: { json?: true; kind?: string }) => {
    const { fields } = await import('./commands/fields.ts');
    process.exitCode = fields({ json: options.json === true, kind: options.kind });
  });

try {
  await program.parseAsync();
} catch (cause) {
  if (cause instanceof CommanderError) process.exitCode = cause.exitCode === 0 ? 0 : 2;
  else if (cause instanceof Refused) {
    process.stderr.write(`error: ${cause.message}\n`);
    process.exitCode = 2;
  } else throw cause;
}
