// Chains of issuers that lead back to themselves.
import { describe, expect, it } from 'vitest';
import { LEAF, OWN_CA, read } from './own-ca-table.ts';
import { exchange } from './problem-table.ts';

const ca = (name: string, issuer: string): string => `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: ${name}}
spec:
  secretName: ${name}-tls
  isCA: true
  commonName: ${name}
  issuerRef: {name: ${issuer}}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: by-${name}}
spec: {ca: {secretName: ${name}-tls}}
`;

const cyclesOf = (text: string) =>
  read(text).problems.map(({ severity, code, line, column, path, message }) => ({
    said: `${severity} ${line}:${column} ${code} ${path}`,
    message,
  }));

describe('a cycle of issuers', () => {
  it('of one certificate that its own issuer is to issue is an error', () => {
    expect(cyclesOf(ca('a', 'by-a'))).toEqual([
      {
        said: 'error 8:21 ISSUER_CYCLE spec.issuerRef.name',
        message:
          'the chain of issuers leads back to this certificate: Certificate "default/a" <- Issuer "default/by-a" <- Certificate "default/a"',
      },
    ]);
  });

  it('of two is an error at each of them, with the way round', () => {
    const found = cyclesOf(`${ca('a', 'by-b')}---\n${ca('b', 'by-a')}`);
    expect(found.map(({ said }) => said)).toEqual([
      'error 8:21 ISSUER_CYCLE spec.issuerRef.name',
      'error 22:21 ISSUER_CYCLE spec.issuerRef.name',
    ]);
    expect(found[0]!.message).toBe(
      'the chain of issuers leads back to this certificate: Certificate "default/a" <- Issuer "default/by-b" <- Certificate "default/b" <- Issuer "default/by-a" <- Certificate "default/a"',
    );
  });

  it('is no error of a leaf that hangs on it, and none of it is in the catalogue', () => {
    const leaf = exchange(LEAF, 'name: ours', 'name: by-a');
    const { problems, catalogue } = read(`${ca('a', 'by-a')}---\n${leaf}`);
    expect(problems.map(({ code }) => code)).toEqual(['ISSUER_CYCLE']);
    expect(catalogue.certificates.map(({ name }) => name)).toEqual(['default/web']);
  });

  it('is not seen in the usual bootstrap, nor in a longer chain', () => {
    expect(cyclesOf(`${OWN_CA}---\n${LEAF}`)).toEqual([]);
    expect(cyclesOf(`${OWN_CA}---\n${ca('sub', 'ours')}---\n${ca('subsub', 'by-sub')}`)).toEqual([]);
  });
});
