// Every folder of examples/ is read as `evercert check` reads it: no errors, the warnings that its README tells of, and each
// of its certificates.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDeclarationFiles } from '#adapters/declaration-files.ts';
import { readDeclarations } from '#core/declaration/read.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

const read = (folder: string) => {
  const source = readDeclarationFiles(`${examples}/${folder}`);
  if ('refusal' in source) throw new Error(source.refusal);
  return readDeclarations(source.files, { scope: source.scope });
};

/** Folder -> its warnings, and its certificates with the issuer of each. */
const FOLDERS: Readonly<
  Record<string, { warnings: readonly string[]; certificates: Readonly<Record<string, string>> }>
> = {
  'first-steps': {
    warnings: ['06-http01-tutorial.yaml SOLVER_STAND_IN spec.acme.solvers[0].http01'],
    certificates: {
      'demo/missing-zone': 'letsencrypt-staging',
      'demo/single-name': 'letsencrypt-staging',
      'demo/six-minutes': 'six-minutes',
      'demo/two-zones': 'letsencrypt-staging',
      'demo/wildcard': 'letsencrypt-staging',
      'shop/http01-tutorial': 'letsencrypt-http',
    },
  },
  'own-ca': {
    warnings: [],
    certificates: {
      'cert-manager/root-ca': 'self-signed',
      'shop/checkout': 'own-ca',
      'shop/payments': 'own-ca',
      'shop/storefront-tls': 'own-ca',
      'team-a/api': 'team-ca',
      'team-a/team-ca': 'own-ca',
    },
  },
  'private-ca': {
    warnings: [],
    certificates: { 'shop/checkout': 'shop-ca', 'shop/orders': 'company-ca' },
  },
  'tutorial-yaml': {
    warnings: [
      'cluster-issuers.yaml SOLVER_STAND_IN spec.acme.solvers[0].http01',
      'cluster-issuers.yaml SOLVER_STAND_IN spec.acme.solvers[0].http01',
      'shop/certificates.yaml FIELD_NO_EFFECT spec.usages',
    ],
    certificates: {
      'default/wildcard': 'letsencrypt-dns',
      'shop/api': 'letsencrypt-staging',
      'shop/www-example-com': 'letsencrypt-prod',
    },
  },
};

it('knows every folder of examples/', () => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((one) => one.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(FOLDERS).sort());
});

describe.each(Object.entries(FOLDERS))('examples/%s', (folder, { warnings, certificates }) => {
  const { catalogue, leftOut, problems } = read(folder);

  it('is read without errors, and with the warnings that are known', () => {
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(problems.map(({ file, code, path }) => `${file} ${code} ${path}`)).toEqual(warnings);
    expect(leftOut).toEqual([]);
  });

  it('declares what its README tells of', () => {
    const declared = catalogue.certificates.map(({ name, issuer }) => [name, issuer.name]);
    expect(Object.fromEntries(declared)).toEqual(certificates);
  });
});

describe('examples/own-ca', () => {
  const { catalogue } = read('own-ca');
  const of = (name: string) => catalogue.certificates.find((one) => one.name === name)!;

  it('hangs together: each CA issuer signs with the pair of a certificate of the folder', () => {
    expect(of('shop/payments').issuer).toMatchObject({
      type: 'ca',
      ca: { signer: { kind: 'declared', certificate: 'cert-manager/root-ca' } },
    });
    expect(of('team-a/api').issuer).toMatchObject({
      type: 'ca',
      ca: { signer: { kind: 'declared', certificate: 'team-a/team-ca' } },
    });
  });
});
