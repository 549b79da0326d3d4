// cert-manager's words for key usages (its pkg/api/util/usages.go): the key usage bits and extended key usages of RFC 5280
// sections 4.2.1.3 and 4.2.1.12. Pure.

/** Bit numbers of KeyUsage. */
const BITS: Readonly<Record<string, number>> = {
  signing: 0,
  'digital signature': 0,
  'content commitment': 1,
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
  'cert sign': 5,
  'crl sign': 6,
  'encipher only': 7,
  'decipher only': 8,
};

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** KeyPurposeIds. */
const PURPOSES: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': SERVER_AUTH,
  'client auth': CLIENT_AUTH,
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
};

const CERT_SIGN = 5;

export interface KeyUsages {
  /** Bit numbers, ascending. */
  readonly bits: readonly number[];
  /** OIDs, in the order of the words. */
  readonly purposes: readonly string[];
}

/** A CA certificate may always sign certificates. */
export const keyUsagesOf = ({ usages, isCa }: { usages: readonly string[]; isCa: boolean }): KeyUsages => {
  const bits = usages.flatMap((usage) => BITS[usage] ?? []);
  const purposes = usages.flatMap((usage) => PURPOSES[usage] ?? []);
  return {
    bits: [...new Set(isCa ? [...bits, CERT_SIGN] : bits)].sort((a, b) => a - b),
    purposes: [...new Set(purposes)],
  };
};
