#!/usr/bin/env node
// The command line: one line a command, each loaded only when it is called. It must never hold what a command does.
// Exit codes: 0 as wished, 1 something was found wrong, 2 the call itself is wrong.
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { Refused } from '#lib/refused.ts';
import type { ManifestsOptions } from './commands/manifests.ts';
import { hostEnvironment } from './host.ts';

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

interface ImportFlags {
  settings?: string;
  stack?: string;
  kmsKey?: string;
  anyIssuer?: true;
  dryRun?: true;
  json?: true;
}

const collected = (file: string, before: string[] = []): string[] => [...before, file];

program
  .command('import')
  .description('adopt TLS Secrets of cert-manager as first versions, so that nothing is ordered for them')
  .argument('<path>', 'the declarations: a folder (read with its sub-folders) or a single YAML file')
  .requiredOption(
    '--from <file>',
    'what kubectl get secret -o yaml (or json) has printed; -: standard input; repeatable',
    collected,
  )
  .option('--settings <file>', 'settings of the deployment (JSON); default: context "evercert" of ./cdk.json')
  .option('--stack <name>', 'the deployed stack, whose key the secrets are encrypted with; default: Evercert')
  .option('--kms-key <key>', "this key (id, ARN or alias) instead of the stack's")
  .option('--any-issuer', 'adopt also what cert-manager has noted as from another issuer than the declared one')
  .option('--dry-run', 'look and judge, and write nothing')
  .option('--json', 'print {certificates: [...], unclaimed: [...]} and nothing else')
  .addHelpText(
    'after',
    `
Each Secret is matched by namespace and secretName, judged as an answer of the CA is (key, names, chain, validity), and
written as the first version of the certificate's secret in Secrets Manager. The service takes it over at its next run
(event "Evercert Certificate Adopted") and renews it when it is due, not before. Repeating it is harmless; nothing that
Evercert has issued is ever replaced.

Examples:
  kubectl get secret -A --field-selector type=kubernetes.io/tls -o json | evercert import certificates/ --from - --dry-run
  evercert import certificates/ --from secrets.yaml
  evercert import certificates/ --from blue.yaml --from green.yaml --json

Exit codes: 0 all that were given are there, 1 some were refused (each with a code and what to do), 2 wrong usage: nothing
was done. The order of things is in docs/import.md. A file of Secrets holds private keys: prefer the pipe, or remove it.`,
  )
  .action(async (path: string, { from, settings, stack, kmsKey, ...flags }: ImportFlags & { from: string[] }) => {
    const { importInto } = await import('./commands/import.ts');
    const { anyIssuer = false, dryRun = false, json = false } = flags;
    process.exitCode = await importInto(path, { from, settings, stack, kmsKey, anyIssuer, dryRun, json });
  });

program
  .command('manifests')
  .description('print what a GitOps repository needs: store, ExternalSecrets, RBAC and admission policy of a cluster')
  .argument('[path]', 'a folder of declarations or a single YAML file; default: context "declarations" of ./cdk.json')
  .option('--cluster <name>', 'one of the setting clusters; without it: all of them, each into a folder below --out')
  .option('--out <dir>', 'write files and a kustomization.yaml; files written before and no longer wanted are removed')
  .option('--settings <file>', 'settings of the deployment (JSON); default: context "evercert" of ./cdk.json')
  .option('--region <region>', 'where the secrets lie; default: AWS_REGION')
  .option('--account <id>', "the stack's account: where another account reads by each secret's own policy")
  .option('--reader-role <arn>', "role that reads the secrets: the stack's output ReaderRoleArn of that cluster")
  .option('--operator-role <arn>', "role of the store's ServiceAccount (IRSA) where it takes on the reader role")
  .addOption(
    new Option('--trust <by>', 'ca.crt of private issuers too, in namespaces labelled evercert.dev/trust=true').choices(
      ['trust-manager', 'external-secrets'],
    ),
  )
  .option('--trust-namespace <name>', 'where trust-manager reads its sources; default: cert-manager')
  .option('--namespaces', 'Namespace objects too')
  .option('--json', 'print a JSON array of the objects, with --out of the files, and nothing else')
  .addHelpText(
    'after',
    `
Examples:
  evercert manifests certificates/ --cluster blue | kubectl diff -f -
  evercert manifests --out clusters/            a folder for each cluster, with kustomization.yaml
  evercert manifests --cluster blue --out gitops/blue --trust trust-manager

Exit codes: 0 as wished, 1 declarations are wrong or manifests cannot be made of them, 2 wrong usage.
The same declarations and settings give the same bytes. Nothing is applied.`,
  )
  .action(async (path: string | undefined, options: Omit<ManifestsOptions, 'json'> & { json?: true }) => {
    const { manifests } = await import('./commands/manifests.ts');
    const { AWS_REGION, AWS_DEFAULT_REGION } = hostEnvironment();
    const region = options.region ?? (AWS_REGION || AWS_DEFAULT_REGION || undefined);
    process.exitCode = manifests(path, { ...options, region, json: options.json === true });
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
