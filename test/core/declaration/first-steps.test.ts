// The first steps: the folder of declarations and its list of what is expected belong together.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDeclarationFiles } from '#adapters/declaration-files.ts';
import { acmeOf } from '#core/declaration/issuer-types.ts';
import { readDeclarations } from '#core/declaration/read.ts';

const folder = fileURLToPath(new URL('../../../examples/first-steps', import.meta.url));

describe('examples/first-steps', () => {
  const source = readDeclarationFiles(folder);
  if ('refusal' in source) throw new Error(source.refusal);
  const { catalogue } = readDeclarations(source.files, { scope: 'folder' });

  it('expects something of each of its certificates, and of no other', () => {
    const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as { name: string }[];
    expect(catalogue.certificates.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
  });

  it('holds the six kinds that the README tells of', () => {
    const of = (name: string) => catalogue.certificates.find((one) => one.name === name)!;
    expect(of('demo/single-name').certificate).toMatchObject({
      privateKey: { algorithm: 'ECDSA' },
      dnsNames: ['www.evercert-demo.com'],
    });
    expect(of('demo/wildcard').certificate).toMatchObject({
      privateKey: { algorithm: 'RSA', size: 2048 },
      dnsNames: ['evercert-demo.com', '*.evercert-demo.com'],
    });
    expect(of('demo/two-zones').certificate.dnsNames).toEqual(['api.evercert-demo.com', 'api.evercert-demo.net']);
    expect(of('demo/missing-zone').certificate.dnsNames).toEqual(['www.evercert-demo.org']);
    expect(acmeOf(of('demo/six-minutes').issuer).profile).toBe('six-minutes');
    expect(acmeOf(of('shop/http01-tutorial').issuer).solvers[0]!.standIn).toBe('http01');
  });
});
