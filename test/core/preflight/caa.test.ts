// CAA as tables: the examples and rules of RFC 8659 and RFC 8657, seen by a CA that is called ca.test.
import { describe, expect, it } from 'vitest';
import { climb, judgeCaa } from '#core/preflight/caa.ts';
import { caaRecord } from '#test/support/fake-public-dns.ts';

const ACCOUNT = 'https://ca.test/account/7';
const judge = (records: readonly string[], asked: { wildcard?: boolean; identities?: readonly string[] } = {}) => {
  const judged = judgeCaa({
    records: records.map(caaRecord),
    identities: asked.identities ?? ['ca.test', 'old.ca.test'],
    wildcard: asked.wildcard ?? false,
    accountUrl: ACCOUNT,
  });
  return judged === 'allowed' ? judged : judged.verdict;
};

describe('CAA (RFC 8659)', () => {
  it.each<[string, readonly string[], string]>([
    ['one that names the CA', ['0 issue "ca.test"'], 'allowed'],
    ["one that names another of the CA's names", ['0 issue "old.ca.test"'], 'allowed'],
    ['one in other letters', ['0 ISSUE "CA.Test"'], 'allowed'],
    ['one that names another CA', ['0 issue "other.test"'], 'forbidden'],
    ['one of several that names the CA', ['0 issue "other.test"', '0 issue "ca.test"'], 'allowed'],
    ['one that forbids everybody (section 4.2)', ['0 issue ";"'], 'forbidden'],
    ['one that is empty', ['0 issue ""'], 'forbidden'],
    ['one that is malformed (section 4.2)', ['0 issue "%%%%%"'], 'forbidden'],
    ['one that forbids everybody beside one that names the CA', ['0 issue ";"', '0 issue "ca.test"'], 'allowed'],
    ['one with a parameter that nobody knows', ['0 issue "ca.test; policy=ev"'], 'allowed'],
    ['one with blanks around', ['0 issue "  ca.test ;  "'], 'allowed'],
    ['one with a malformed parameter', ['0 issue "ca.test; =x"'], 'forbidden'],
    ['a report address alone', ['0 iodef "mailto:security@example.com"'], 'allowed'],
    ['a subdomain of the CA (no match)', ['0 issue "sub.ca.test"'], 'forbidden'],
    ['an unknown property', ['0 tbs "unknown"'], 'allowed'],
    ['an unknown critical property (section 4.5)', ['0 issue "ca.test"', '128 tbs "unknown"'], 'forbidden'],
    ['a registered critical property', ['0 issue "ca.test"', '128 contactemail "x@example.com"'], 'allowed'],
    ['a critical issue that names the CA', ['128 issue "ca.test"'], 'allowed'],
    ['issuewild alone, for a plain name', ['0 issuewild ";"'], 'allowed'],
  ])('%s', (_, records, verdict) => {
    expect(judge(records)).toBe(verdict);
  });

  it.each<[string, readonly string[], string]>([
    ['issue names the CA, and there is no issuewild', ['0 issue "ca.test"'], 'allowed'],
    ['issuewild names the CA, and issue another', ['0 issue "other.test"', '0 issuewild "ca.test"'], 'allowed'],
    ['issuewild forbids, and issue names the CA', ['0 issue "ca.test"', '0 issuewild ";"'], 'forbidden'],
  ])('a wildcard where %s', (_, records, verdict) => {
    expect(judge(records, { wildcard: true })).toBe(verdict);
  });
});

describe('CAA (RFC 8657)', () => {
  it.each<[string, string, string]>([
    ['our account', `ca.test; accounturi=${ACCOUNT}`, 'allowed'],
    ['another account', 'ca.test; accounturi=https://ca.test/account/8', 'forbidden'],
    ['our account by an older address', 'ca.test; accounturi=https://old.ca.test/reg/7', 'doubtful'],
    ['two accounts in one record', `ca.test; accounturi=${ACCOUNT}; accounturi=${ACCOUNT}`, 'forbidden'],
    ['our method', 'ca.test; validationmethods=dns-01', 'allowed'],
    ['our method among others', 'ca.test; validationmethods=http-01,dns-01', 'allowed'],
    ['another method', 'ca.test; validationmethods=http-01', 'forbidden'],
    ['no method', 'ca.test; validationmethods=', 'forbidden'],
    ['our account and our method', `ca.test; accounturi=${ACCOUNT}; validationmethods=dns-01`, 'allowed'],
    ['our account and another method', `ca.test; accounturi=${ACCOUNT}; validationmethods=http-01`, 'forbidden'],
  ])('a record for %s', (_, value, verdict) => {
    expect(judge([`0 issue "${value}"`])).toBe(verdict);
  });

  it('needs one record that lets both account and method pass', () => {
    const records = [
      '0 issue "ca.test; accounturi=https://ca.test/account/8; validationmethods=dns-01"',
      `0 issue "ca.test; accounturi=${ACCOUNT}; validationmethods=http-01"`,
    ];
    expect(judge(records)).toBe('forbidden');
    expect(judge([...records, '0 issue "ca.test"'])).toBe('allowed');
  });

  it('says what does not fit', () => {
    const asked = { identities: ['ca.test'], wildcard: false, accountUrl: ACCOUNT };
    expect(judgeCaa({ ...asked, records: [caaRecord('0 issue "other.test"')] })).toEqual({
      verdict: 'forbidden',
      why: '0 issue "other.test" does not name ca.test',
    });
  });
});

describe('the climb (RFC 8659 section 3)', () => {
  it('goes from the name to its top, and leaves the asterisk and the root out', () => {
    expect(climb('*.a.example.com')).toEqual(['a.example.com', 'example.com', 'com']);
  });
});
