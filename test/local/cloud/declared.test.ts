// Declarations are read and judged before anything starts.
import { expect, test } from 'vitest';
import { DeclarationsRefused, readDeclared } from '#local/cloud/declared.ts';

const ISSUER = `apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: ca }
spec: { acme: { server: https://acme.example.com/dir, privateKeySecretRef: { name: a }, solvers: [{ dns01: { route53: {} } }] } }
`;
const CERTIFICATE = (name: string, spec: string) => `---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: ${name} }
spec: { secretName: ${name}-tls, issuerRef: { name: ca, kind: ClusterIssuer }, ${spec} }
`;
const GOOD = CERTIFICATE('good', 'dnsNames: [www.example.com]');
const BAD = CERTIFICATE('bad', 'dnsName: [www.example.com]');
const files = (text: string) => ({ files: [{ file: 'a.yaml', text }] });

const refusal = (act: () => unknown): DeclarationsRefused => {
  try {
    act();
  } catch (error) {
    if (error instanceof DeclarationsRefused) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

test('one error refuses the whole folder, and everything that is wrong is told', () => {
  const { declared, message } = refusal(() => readDeclared(files(ISSUER + GOOD + BAD), { partial: false }));
  expect(message).toBe('2 errors in the declarations');
  expect(declared?.problems.map(({ code }) => code)).toEqual(['NAMES_MISSING', 'FIELD_UNKNOWN']);
  expect(declared?.leftOut.map(({ name }) => name)).toEqual(['default/bad']);
});

test('in part, what has no error goes on', () => {
  const declared = readDeclared(files(ISSUER + GOOD + BAD), { partial: true });
  expect(declared.catalogue.certificates.map(({ name }) => name)).toEqual(['default/good']);
  expect(declared.leftOut.map(({ name }) => name)).toEqual(['default/bad']);
});

test('a folder in which no certificate is left is refused, in part too', () => {
  expect(refusal(() => readDeclared(files(ISSUER + BAD), { partial: true })).message).toBe(
    'no Certificate is declared that could be issued',
  );
});

test('a path that is not there is refused', () => {
  expect(refusal(() => readDeclared({ folder: 'examples/nowhere' }, { partial: false })).message).toBe(
    'there is no file or folder "examples/nowhere"',
  );
});

test('the first steps say which zones exist, other folders leave it to their names', () => {
  expect(readDeclared({ folder: 'examples/first-steps' }, { partial: false }).zoneNames).toEqual([
    'evercert-demo.com',
    'evercert-demo.net',
  ]);
  expect(readDeclared({ folder: 'examples/tutorial-yaml' }, { partial: false }).zoneNames).toBeUndefined();
});
