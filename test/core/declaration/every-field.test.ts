// Every field is accepted, with cert-manager's defaults, and nothing is said of it but where passwords lie open.
import { describe, expect, it } from 'vitest';
import { EVERY_FIELD } from './every-field.ts';
import { read } from './own-ca-table.ts';

const { catalogue, issuers, problems } = read(EVERY_FIELD);
const certificate = (name: string) => catalogue.certificates.find((one) => one.name === name)?.certificate;

describe('a folder with every field', () => {
  it('is accepted, with a word on passwords that stand in it alone', () => {
    expect(problems.filter(({ code }) => code !== 'KEYSTORE_PASSWORD_WRITTEN')).toEqual([]);
    expect(issuers.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'selfSigned root',
      'ca ours',
      'ca brought',
      'awspca pca',
      'awspca servers',
      'acme acme',
    ]);
  });

  it('gives a certificate with each of them', () => {
    expect(certificate('shop/rich')).toEqual({
      namespace: 'shop',
      name: 'rich',
      labels: { team: 'shop' },
      secretName: 'rich-tls',
      issuerRef: { kind: 'ClusterIssuer', name: 'ours', group: 'cert-manager.io' },
      commonName: 'rich',
      dnsNames: ['rich.internal', '*.rich.internal'],
      ipAddresses: ['192.0.2.1', '2001:db8::1', '192.0.2.2'],
      uris: ['spiffe://example.org/ns/shop/sa/rich'],
      emailAddresses: ['shop@example.com'],
      otherNames: [{ oid: '1.3.6.1.4.1.311.20.2.3', utf8Value: 'shop@example.com' }],
      durationMs: 7_776_000_000,
      renewBeforeMs: 1_296_000_000,
      onDrift: 'repair',
      renewal: {
        policy: 'RenewBefore',
        windows: [{ cron: '0 2 * * 1-5', durationMs: 7_200_000, timeZone: 'Europe/Berlin' }],
      },
      renewRequested: '2026-11-25',
      privateKey: { algorithm: 'Ed25519', size: 256, encoding: 'PKCS8', rotationPolicy: 'Never' },
      usages: ['server auth', 'client auth', 'any', 's/mime'],
      encodeUsagesInRequest: false,
      subject: {
        organizations: ['Example'],
        countries: ['DE'],
        organizationalUnits: ['Shop'],
        localities: ['Berlin'],
        provinces: ['Berlin'],
        streetAddresses: ['Street 1'],
        postalCodes: ['10115'],
        serialNumber: '7',
      },
      signatureAlgorithm: 'PureEd25519',
      keystores: {
        pkcs12: { profile: 'LegacyDES', password: { secretRef: { name: 'keystore', key: 'password' } } },
        jks: { alias: 'rich', password: { text: 'changeit' } },
      },
      additionalOutputFormats: ['CombinedPEM', 'DER'],
      temporaryCertificate: true,
      revisionHistoryLimit: 3,
      secretTemplate: { annotations: { a: '1' }, labels: { b: 'true' } },
    });
  });

  it('gives a CA with its constraints, host bits of the ranges cleared', () => {
    expect(certificate('cert-manager/our-ca')).toMatchObject({
      isCa: true,
      dnsNames: [],
      literalSubject: 'CN=Our CA,OU=PKI,O=Example',
      nameConstraints: {
        critical: true,
        permitted: {
          dnsDomains: ['internal'],
          ipRanges: ['10.0.0.0/8'],
          emailAddresses: ['example.com'],
          uriDomains: ['.internal'],
        },
        excluded: { dnsDomains: ['secret.internal'] },
      },
    });
  });

  it('fills in the defaults of keystores', () => {
    expect(certificate('shop/defaults')?.keystores).toEqual({
      pkcs12: { profile: 'Modern2023', password: { text: 'changeit' } },
      jks: { alias: 'certificate', password: { secretRef: { name: 'keystore', key: 'password' } } },
    });
  });

  it('leaves out what says only what is so anyway', () => {
    expect(certificate('shop/nothing-extra')).toEqual({
      namespace: 'shop',
      name: 'nothing-extra',
      labels: {},
      secretName: 'nothing-extra-tls',
      issuerRef: { kind: 'Issuer', name: 'brought', group: 'cert-manager.io' },
      dnsNames: ['nothing.internal'],
      privateKey: { algorithm: 'RSA', size: 2048, encoding: 'PKCS1', rotationPolicy: 'Always' },
      usages: [],
      secretTemplate: { annotations: {}, labels: {} },
    });
  });
});
