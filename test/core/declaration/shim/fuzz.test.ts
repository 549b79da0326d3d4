// Whatever an Ingress or Gateway says, nothing is thrown, and every place lies inside its file.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { SAYS } from '#core/declaration/shim/annotations.ts';

const judge = (text: string): void => {
  const { problems } = readDeclarations([{ file: 'a.yaml', text }], { scope: 'folder' });
  const lines = text.split('\n');
  for (const { line, column, message, hint, code } of problems) {
    expect(lines[line - 1], code).toBeDefined();
    expect(column, code).toBeGreaterThanOrEqual(1);
    expect(column, code).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
    expect(message).not.toBe('');
    expect(hint).not.toBe('');
  }
};

const KEYS = [
  ...Object.values(SAYS),
  'cert-manager.io/cluster-issuer',
  'cert-manager.io/issuer-kind',
  'kubernetes.io/tls-acme',
  '__proto__',
];
const document = (apiVersion: string, kind: string, annotations: object, spec: unknown): string =>
  JSON.stringify({ apiVersion, kind, metadata: { name: 'a', annotations, labels: annotations }, spec }, null, 1);

describe('no manifest makes the reader throw', () => {
  it('with any text in any annotation', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.json({ maxDepth: 3 }), fc.constant('1'));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...KEYS), texts), (annotations) => {
        const issuer = { 'cert-manager.io/issuer': 'a', ...annotations };
        const spec = { tls: [{ hosts: ['a.example.com'], secretName: 'a' }] };
        judge(document('networking.k8s.io/v1', 'Ingress', issuer, spec));
      }),
      { numRuns: 300, seed: 20261125 },
    );
  });

  it('with anything in its tls entries or listeners', () => {
    const any = fc.jsonValue({ maxDepth: 3 });
    const entry = fc.oneof(
      any,
      fc.record({ hosts: any, secretName: any }, { requiredKeys: [] }),
      fc.record({ protocol: fc.constant('TLS'), hostname: any, name: any, tls: any }, { requiredKeys: ['protocol'] }),
    );
    fc.assert(
      fc.property(fc.oneof(any, fc.array(entry, { maxLength: 3 })), any, (entries, annotation) => {
        const issuer = { 'cert-manager.io/issuer': 'a', 'cert-manager.io/usages': annotation };
        judge(document('networking.k8s.io/v1', 'Ingress', issuer, { tls: entries }));
        judge(document('gateway.networking.k8s.io/v1', 'Gateway', issuer, { listeners: entries }));
      }),
      { numRuns: 300, seed: 20261125 },
    );
  });

  it.each([
    ['secret-template', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['secret-template', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['subject-organizations', `"${'a'.repeat(500_000)}"`],
    ['subject-organizations', `"${'""'.repeat(200_000)}`],
    ['usages', 'server auth,'.repeat(1000)],
  ])('with an endless %s', (key, text) => {
    const annotations = { 'cert-manager.io/issuer': 'a', [`cert-manager.io/${key}`]: text };
    const spec = { tls: [{ hosts: ['a.example.com'], secretName: 'a' }] };
    judge(
      document('networking.k8s.io/v1', 'Ingress', annotations, spec).replace(/"labels": \{[^}]*\},?/, '"labels": {}, '),
    );
  });
});
