// The hash of a declaration: what changes it, and what does not.
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#core/declaration/canonical.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import { CERTIFICATE, exchange, ISSUER } from './problem-table.ts';

const read = (...texts: string[]) =>
  readDeclarations(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
    { scope: 'folder' },
  );

describe('the hash of a declaration', () => {
  const hashOf = (certificate: string, issuer = ISSUER) => read(certificate, issuer).catalogue.certificates[0]!.hash;

  it('stays when only the way of writing changes', () => {
    const rewritten = exchange(
      exchange(CERTIFICATE, 'www.example.com', 'WWW.example.com.'),
      'metadata:',
      '# a comment\nmetadata:',
    );
    expect(hashOf(rewritten)).toBe(hashOf(CERTIFICATE));
    expect(hashOf(exchange(CERTIFICATE, '  secretName', '  privateKey: {size: 2048}\n  secretName'))).toBe(
      hashOf(CERTIFICATE),
    );
  });

  it('changes with a name, and with the server of the issuer', () => {
    expect(hashOf(exchange(CERTIFICATE, 'www', 'web'))).not.toBe(hashOf(CERTIFICATE));
    expect(hashOf(CERTIFICATE, exchange(ISSUER, 'acme-v02', 'acme-staging-v02'))).not.toBe(hashOf(CERTIFICATE));
  });

  it('is taken over JSON with sorted keys', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
  });

  it('of the catalogue does not depend on the order of the files', () => {
    const second = exchange(exchange(CERTIFICATE, 'name: web\n', 'name: api\n'), 'web-tls', 'api-tls');
    const one = read(CERTIFICATE, second, ISSUER).catalogue;
    expect(read(ISSUER, second, CERTIFICATE).catalogue).toEqual(one);
    expect(one.certificates.map(({ name }) => name)).toEqual(['default/api', 'default/web']);
    expect(one.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
