// cert-manager's words for usages, each in X.509.
import { describe, expect, it } from 'vitest';
import { keyUsagesOf } from '#core/certificate/usages.ts';
import { USAGES } from '#core/declaration/schema/certificate-fields.ts';
import { look } from '#test/contracts/issuers/look.ts';
import { content, makeKey, signed } from '#test/support/contents.ts';

const IN_X509: Readonly<Record<(typeof USAGES)[number], string>> = {
  signing: 'digitalSignature',
  'digital signature': 'digitalSignature',
  'content commitment': 'nonRepudiation',
  'key encipherment': 'keyEncipherment',
  'key agreement': 'keyAgreement',
  'data encipherment': 'dataEncipherment',
  'cert sign': 'keyCertSign',
  'crl sign': 'cRLSign',
  'encipher only': 'encipherOnly',
  'decipher only': 'decipherOnly',
  any: 'any',
  'server auth': 'serverAuth',
  'client auth': 'clientAuth',
  'code signing': 'codeSigning',
  'email protection': 'emailProtection',
  's/mime': 'emailProtection',
  'ipsec end system': 'ipsecEndSystem',
  'ipsec tunnel': 'ipsecTunnel',
  'ipsec user': 'ipsecUser',
  timestamping: 'timeStamping',
  'ocsp signing': 'OCSPSigning',
  'microsoft sgc': 'microsoftSGC',
  'netscape sgc': 'netscapeSGC',
};

describe('a usage', () => {
  it.each(USAGES)('"%s" stands in a certificate as RFC 5280 has it', async (usage) => {
    const pem = await signed({ content: content({ usages: [usage] }), key: await makeKey(), signer: 'self' });
    expect(look(pem).usages).toEqual([IN_X509[usage]]);
  });
});

describe('usages', () => {
  it('that say the same are said once', () => {
    const usages = ['signing', 'digital signature', 's/mime', 'email protection'];
    expect(keyUsagesOf({ usages, isCa: false })).toEqual({ bits: [0], purposes: ['1.3.6.1.5.5.7.3.4'] });
  });

  it('of a CA hold certificate signing, asked or not', () => {
    expect(keyUsagesOf({ usages: ['crl sign', 'server auth'], isCa: true })).toEqual({
      bits: [5, 6],
      purposes: ['1.3.6.1.5.5.7.3.1'],
    });
  });
});
