// Kinds by what they may do: usages, CAs, their constraints, lifetimes.
import { type Case, DAY, EC_SEC1, HOUR, notSupported, refusedAt } from '../case.ts';

const ECDSA = 'privateKey: { algorithm: ECDSA }';
const USAGES_UNHEARD = { warned: { code: 'FIELD_NO_EFFECT', path: 'spec.usages' } };

const kind = (name: string, spec: string, says: Case['says'], more: Partial<Case>): Case => ({
  name,
  spec: `${ECDSA}\n${spec}`,
  says: { key: 'ECDSA 256', ...says },
  keyBegins: EC_SEC1,
  tls: 'server',
  ...more,
});

/** cert-manager's 23 words, and what X.509 calls them; two name the same bit, and S/MIME is e-mail protection. */
const ALL_USAGES = `usages:
- signing
- digital signature
- content commitment
- key encipherment
- key agreement
- data encipherment
- cert sign
- crl sign
- encipher only
- decipher only
- any
- server auth
- client auth
- code signing
- email protection
- s/mime
- ipsec end system
- ipsec tunnel
- ipsec user
- timestamping
- ocsp signing
- microsoft sgc
- netscape sgc`;

const ALL_IN_X509 = [
  'OCSPSigning',
  'any',
  'cRLSign',
  'clientAuth',
  'codeSigning',
  'dataEncipherment',
  'decipherOnly',
  'digitalSignature',
  'emailProtection',
  'encipherOnly',
  'ipsecEndSystem',
  'ipsecTunnel',
  'ipsecUser',
  'keyAgreement',
  'keyCertSign',
  'keyEncipherment',
  'microsoftSGC',
  'netscapeSGC',
  'nonRepudiation',
  'serverAuth',
  'timeStamping',
];

const dns = (name: string): Case['says'] => ({ names: [`dns:${name}.example.com`] });

export const PURPOSES: readonly Case[] = [
  kind(
    'for-servers',
    'dnsNames: [for-servers.example.com]\nusages: [digital signature, server auth]',
    {
      ...dns('for-servers'),
      usages: ['digitalSignature', 'serverAuth'],
    },
    { at: { acme: USAGES_UNHEARD, awspca: { usages: ['digitalSignature', 'keyEncipherment', 'serverAuth'] } } },
  ),
  kind(
    'for-clients',
    'dnsNames: [for-clients.example.com]\nusages: [digital signature, client auth]',
    {
      ...dns('for-clients'),
      usages: ['clientAuth', 'digitalSignature'],
    },
    {
      tls: 'client',
      at: { acme: USAGES_UNHEARD, awspca: { usages: ['clientAuth', 'digitalSignature', 'keyEncipherment'] } },
    },
  ),
  kind(
    'for-both',
    'dnsNames: [for-both.example.com]\nusages: [digital signature, key encipherment, server auth, client auth]',
    {
      ...dns('for-both'),
      usages: ['clientAuth', 'digitalSignature', 'keyEncipherment', 'serverAuth'],
    },
    { at: { acme: USAGES_UNHEARD } },
  ),
  kind(
    'for-code',
    'dnsNames: [for-code.example.com]\nusages: [digital signature, code signing]',
    {
      ...dns('for-code'),
      usages: ['codeSigning', 'digitalSignature'],
    },
    { tls: 'none', at: { acme: USAGES_UNHEARD } },
  ),
  kind(
    'all-usages',
    `dnsNames: [all.example.com]\n${ALL_USAGES}`,
    { names: ['dns:all.example.com'], usages: ALL_IN_X509 },
    {
      at: { acme: USAGES_UNHEARD, awspca: notSupported('spec.usages[2]') },
    },
  ),
  kind(
    'usages-left-out',
    'dnsNames: [usages-left-out.example.com]\nusages: [digital signature, server auth]\nencodeUsagesInRequest: false',
    {
      ...dns('usages-left-out'),
      usages: ['digitalSignature', 'serverAuth'],
    },
    { at: { acme: USAGES_UNHEARD, awspca: { usages: ['digitalSignature', 'keyEncipherment', 'serverAuth'] } } },
  ),
  kind('two-days', 'dnsNames: [two-days.example.com]\nduration: 48h', dns('two-days'), { lifetimeMs: 48 * HOUR }),
  kind('a-year', 'dnsNames: [a-year.example.com]\nduration: 8760h', dns('a-year'), { lifetimeMs: 365 * DAY }),
  kind(
    'a-ca',
    'commonName: A CA\nisCA: true',
    {
      names: [],
      subject: ['CN=A CA'],
      constraints: 'CA',
      usages: ['digitalSignature', 'keyCertSign', 'keyEncipherment'],
    },
    { tls: 'none', at: refusedAt('spec.isCA', 'acme', 'awspca') },
  ),
  kind(
    'a-constrained-ca',
    `commonName: A constrained CA
isCA: true
usages: [cert sign, crl sign]
nameConstraints:
  critical: true
  permitted:
    dnsDomains: [example.com]
    ipRanges: [10.0.0.0/8, "2001:db8::/32"]
    emailAddresses: [example.com]
    uriDomains: [.example.com]
  excluded:
    dnsDomains: [secret.example.com]`,
    {
      names: [],
      subject: ['CN=A constrained CA'],
      constraints: 'CA',
      usages: ['cRLSign', 'keyCertSign'],
      nameConstraints: [
        'excluded dns:secret.example.com',
        'permitted dns:example.com',
        'permitted email:example.com',
        'permitted ip:10.0.0.0/8',
        'permitted ip:2001:db8::/32',
        'permitted uri:.example.com',
      ],
    },
    { tls: 'none', at: refusedAt('spec.nameConstraints', 'acme', 'awspca') },
  ),
];
