// Kinds by what lies in the secret beside key and chain: keystores and further formats. Other programs open the keystores
// (test/system).
import type { Case } from '../case.ts';

const ECDSA = 'privateKey: { algorithm: ECDSA }';

export const RENDERINGS: readonly Case[] = [
  {
    name: 'keystores',
    spec: `${ECDSA}
dnsNames: [keystores.example.com]
keystores:
  pkcs12: { create: true, profile: Modern2023, password: changeit }
  jks: { create: true, alias: web, password: changeit }`,
    says: { names: ['dns:keystores.example.com'], key: 'ECDSA 256' },
    properties: ['keystore.jks', 'keystore.p12', 'truststore.jks', 'truststore.p12'],
    tls: 'server',
  },
  {
    name: 'formats',
    spec: `${ECDSA}
dnsNames: [formats.example.com]
additionalOutputFormats: [{ type: CombinedPEM }, { type: DER }]`,
    says: { names: ['dns:formats.example.com'], key: 'ECDSA 256' },
    properties: ['key.der', 'tls-combined.pem'],
    tls: 'server',
  },
];
