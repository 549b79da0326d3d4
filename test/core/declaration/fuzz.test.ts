// Whatever is fed, nothing is thrown, and every place lies inside its file.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { EVERY_FIELD } from './every-field.ts';
import { CERTIFICATE, ISSUER } from './problem-table.ts';

const SOUND = `${ISSUER}---\n${CERTIFICATE}`;
const PIECES = [
  '&a ',
  '*a',
  '<<: *a',
  '\t',
  '- ',
  ': ',
  '? ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|',
  '>',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '!!binary ',
  '!x ',
  '\0',
  '\r\n',
  '\u2028',
  '\ufeff',
  '#',
  '`',
  '@',
  'null',
  '~',
  '.inf',
  '0x1F',
  '1e999',
  '__proto__: ',
  'constructor: ',
  '2026-01-01',
  '  ',
  '\n',
];

const mutation = (length: number) =>
  fc.record({
    at: fc.nat(length),
    remove: fc.nat(40),
    insert: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8, unit: 'binary' })),
  });

const mutated = (sound: string) =>
  fc.array(mutation(sound.length), { minLength: 1, maxLength: 6 }).map((changes) => {
    let text = sound;
    for (const { at, remove, insert } of changes) text = text.slice(0, at) + insert + text.slice(at + remove);
    return text;
  });

const judge = (text: string): void => {
  const { problems, catalogue } = readDeclarations([{ file: 'a.yaml', text }], { scope: 'folder' });
  const lines = text.split(/\r\n|\n/);
  for (const { line, column, message, hint, code } of problems) {
    expect(line, code).toBeGreaterThanOrEqual(1);
    expect(line, code).toBeLessThanOrEqual(lines.length);
    expect(column, code).toBeGreaterThanOrEqual(1);
    expect(column, code).toBeLessThanOrEqual(Math.max(1, lines[line - 1]!.length + 1));
    expect(message).not.toBe('');
    expect(hint).not.toBe('');
  }
  if (problems.some(({ severity }) => severity === 'error')) return;
  expect(catalogue.hash).toMatch(/^[0-9a-f]{64}$/);
};

describe('no input makes the reader throw', () => {
  it('a sound declaration with parts exchanged', () => {
    fc.assert(fc.property(mutated(SOUND), judge), { numRuns: 1500, seed: 20261125 });
  });

  it('a folder with every field and parts of it exchanged', () => {
    fc.assert(fc.property(mutated(EVERY_FIELD), judge), { numRuns: 300, seed: 20261125 });
  });

  it('any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), judge), { numRuns: 500, seed: 20261125 });
  });

  it('any JSON in the place of a specification', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('Certificate', 'Issuer', 'ClusterIssuer', 'List'), (value, kind) => {
        const object = { apiVersion: 'cert-manager.io/v1', kind, metadata: value, spec: value, items: [value] };
        judge(JSON.stringify(object, null, 1));
      }),
      { numRuns: 500, seed: 20261125 },
    );
  });

  it('any value in the place of any field', () => {
    const keys = [
      'secretName',
      'dnsNames',
      'commonName',
      'issuerRef',
      'privateKey',
      'duration',
      'usages',
      'subject',
      'acme',
      'ca',
      'selfSigned',
      'arn',
      'ipAddresses',
      'uris',
      'otherNames',
      'literalSubject',
      'nameConstraints',
      'keystores',
      'isCA',
      'secretTemplate',
    ];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()),
        fc.constantFrom('Certificate', 'Issuer'),
        (spec, kind) => {
          judge(JSON.stringify({ apiVersion: 'cert-manager.io/v1', kind, metadata: { name: 'a' }, spec }));
        },
      ),
      { numRuns: 500, seed: 20261125 },
    );
  });
});
