// Kinds of names: every sort of alternative name, alone and together, with and without a common name, and the subject.
import { type Case, EC_SEC1, type Family, type Otherwise, refusedAt } from '../case.ts';

const ECDSA = 'privateKey: { algorithm: ECDSA }';
const LABEL = 'l'.repeat(63);

/** ACME takes the names alone; what the certificate says as its subject is the CA's choice. */
const acmeWarns = (path: string): Otherwise => ({ warned: { code: 'FIELD_NO_EFFECT', path } });

const kind = (
  name: string,
  spec: string,
  names: readonly string[],
  more: {
    readonly subject?: readonly string[];
    readonly tls?: Case['tls'];
    readonly at?: Partial<Record<Family, Otherwise>>;
  } = {},
): Case => ({
  name,
  spec: `${ECDSA}\n${spec}`,
  says: { names, key: 'ECDSA 256', ...(more.subject === undefined ? {} : { subject: more.subject }) },
  keyBegins: EC_SEC1,
  tls: more.tls ?? 'server',
  ...(more.at === undefined ? {} : { at: more.at }),
});

const COMMON_NAME_ALONE = { refused: { code: 'COMMON_NAME_NOT_IN_DNS_NAMES', path: 'spec.commonName' } };

export const NAMES: readonly Case[] = [
  kind('common-name', 'commonName: cn.example.com', [], {
    subject: ['CN=cn.example.com'],
    at: { acme: COMMON_NAME_ALONE },
  }),
  kind(
    'two-names',
    'commonName: two.example.com\ndnsNames: [two.example.com, more.example.org]',
    ['dns:more.example.org', 'dns:two.example.com'],
    { subject: ['CN=two.example.com'] },
  ),
  kind(
    'other-common-name',
    'commonName: somebody.example.com\ndnsNames: [other.example.com]',
    ['dns:other.example.com'],
    {
      subject: ['CN=somebody.example.com'],
      at: { acme: COMMON_NAME_ALONE },
    },
  ),
  kind('wildcard', "dnsNames: ['*.wild.example.com']", ['dns:*.wild.example.com']),
  kind('wildcard-and-apex', "dnsNames: [apex.example.com, '*.apex.example.com']", [
    'dns:*.apex.example.com',
    'dns:apex.example.com',
  ]),
  kind('long-label', `dnsNames: [${LABEL}.example.com]`, [`dns:${LABEL}.example.com`]),
  kind('address', 'ipAddresses: [10.1.2.3, "2001:db8::1"]', ['ip:10.1.2.3', 'ip:2001:db8::1'], {
    at: refusedAt('spec.ipAddresses', 'acme'),
  }),
  kind(
    'name-and-address',
    'dnsNames: [host.example.com]\nipAddresses: [10.1.2.3]',
    ['dns:host.example.com', 'ip:10.1.2.3'],
    {
      at: refusedAt('spec.ipAddresses', 'acme'),
    },
  ),
  kind('common-name-and-address', 'commonName: host\nipAddresses: [10.1.2.3]', ['ip:10.1.2.3'], {
    subject: ['CN=host'],
    at: refusedAt('spec.ipAddresses', 'acme'),
  }),
  kind('mail', 'emailAddresses: [alice@example.com]', ['email:alice@example.com'], {
    tls: 'client',
    at: refusedAt('spec.emailAddresses', 'acme'),
  }),
  kind('uri', 'uris: ["spiffe://cluster.local/ns/web/sa/front"]', ['uri:spiffe://cluster.local/ns/web/sa/front'], {
    tls: 'client',
    at: refusedAt('spec.uris', 'acme'),
  }),
  kind(
    'common-name-and-uri',
    'commonName: front\nuris: ["spiffe://cluster.local/front"]',
    ['uri:spiffe://cluster.local/front'],
    {
      subject: ['CN=front'],
      tls: 'client',
      at: refusedAt('spec.uris', 'acme'),
    },
  ),
  kind(
    'other-names-and-mail',
    `emailAddresses: [alice@example.com]
otherNames:
- oid: 1.3.6.1.4.1.311.20.2.3
  utf8Value: älice@example.com`,
    ['email:alice@example.com', 'other:1.3.6.1.4.1.311.20.2.3:utf8:älice@example.com'],
    { tls: 'client', at: refusedAt('spec.otherNames', 'acme') },
  ),
  kind(
    'literal-subject',
    `literalSubject: "CN=literal.example.com,OU=Edge+OU=Web,O=Example\\\\, Ltd,DC=example,DC=com,C=DE"
dnsNames: [literal.example.com]`,
    ['dns:literal.example.com'],
    {
      subject: ['C=DE', 'DC=com', 'DC=example', 'O=Example, Ltd', 'OU=Web+OU=Edge', 'CN=literal.example.com'],
      at: { acme: acmeWarns('spec.literalSubject') },
    },
  ),
  kind(
    'subject',
    `commonName: subject.example.com
dnsNames: [subject.example.com]
subject:
  organizations: [Example, Beispiel]
  countries: [DE]
  organizationalUnits: [Web]
  localities: [Berlin]
  provinces: [Berlin]
  streetAddresses: [Unter den Linden 1]
  postalCodes: ["10117"]
  serialNumber: "42"`,
    ['dns:subject.example.com'],
    {
      subject: [
        'C=DE',
        'O=Example+O=Beispiel',
        'OU=Web',
        'L=Berlin',
        'ST=Berlin',
        'STREET=Unter den Linden 1',
        'POSTALCODE=10117',
        'CN=subject.example.com',
        'SERIALNUMBER=42',
      ],
      at: { acme: acmeWarns('spec.subject') },
    },
  ),
];
