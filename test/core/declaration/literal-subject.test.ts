// Distinguished names as RFC 4514 writes them, in the order of the certificate.
import { describe, expect, it } from 'vitest';
import { commonNameIn, parseLiteralSubject } from '#core/declaration/literal-subject.ts';

const CN = '2.5.4.3';
const O = '2.5.4.10';

describe('a literal subject', () => {
  it.each([
    [
      'stands in reverse of what is written',
      'CN=web,O=Acme',
      [[{ oid: O, value: 'Acme' }], [{ oid: CN, value: 'web' }]],
    ],
    [
      'joins attributes by a plus',
      'CN=web+UID=7',
      [
        [
          { oid: CN, value: 'web' },
          { oid: '0.9.2342.19200300.100.1.1', value: '7' },
        ],
      ],
    ],
    ['may hold escaped separators', 'O=Acme\\, Inc.', [[{ oid: O, value: 'Acme, Inc.' }]]],
    ['may hold escaped bytes', 'O=M\\C3\\BCller', [[{ oid: O, value: 'Müller' }]]],
    ['loses spaces around', ' CN = web , O = Acme ', [[{ oid: O, value: 'Acme' }], [{ oid: CN, value: 'web' }]]],
    ['keeps an escaped space', 'CN=web\\ ', [[{ oid: CN, value: 'web ' }]]],
    ['takes OIDs', '1.2.840.1=x', [[{ oid: '1.2.840.1', value: 'x' }]]],
    ['takes a semicolon as a comma', 'CN=web;O=Acme', [[{ oid: O, value: 'Acme' }], [{ oid: CN, value: 'web' }]]],
    ['takes an equals sign in a value', 'CN=a=b', [[{ oid: CN, value: 'a=b' }]]],
  ])('%s', (_sentence, text, rdns) => {
    expect(parseLiteralSubject(text)).toEqual({ rdns });
  });

  it.each([
    ['cn=web', '"cn" is no attribute type: write CN'],
    ['FOO=web', '"FOO" is no attribute type'],
    ['CN', '"CN" has no equals sign'],
    ['CN=', 'CN has no value'],
    ['CN=a,', '"" has no equals sign'],
    ['CN=a\\x', 'a backslash stands before "x"'],
    ['CN=\\ff', 'escaped bytes that are no UTF-8'],
    ['CN=#0401', 'values as #hex are not read: write the text'],
    ['3.1=a', '"3.1" is no attribute type'],
    ['1.40=a', '"1.40" is no attribute type'],
  ])('%s is refused: %s', (text, fault) => {
    expect(parseLiteralSubject(text)).toEqual({ fault });
  });

  it('has the common name that stands last in the certificate', () => {
    const parsed = parseLiteralSubject('CN=web,O=Acme,CN=above');
    expect('rdns' in parsed ? commonNameIn(parsed.rdns) : undefined).toBe('web');
  });
});
