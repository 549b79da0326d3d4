// Certificates as no CA should answer them: signed for the test by a foreign CA in place of what Pebble has issued. It must
// never know who asked.
import * as x509 from '@peculiar/x509';
import { type Authority, makeAuthority, makeKeys, signLeaf } from '#test/support/signing.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;
const DAY = 86_400_000;

export type Wrong = 'other key' | 'missing name' | 'expired' | 'wrong chain';

let foreign: Promise<Authority> | undefined;
const foreignCa = async (): Promise<Authority> => {
  foreign ??= makeAuthority('a foreign root').then((root) => makeAuthority('a foreign intermediate', root));
  return foreign;
};

const namesOf = (leaf: x509.X509Certificate): string[] =>
  (leaf.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? []).map(({ value }) => value);

/** The certificate and chain that take the place of those in `issued` (PEM, leaf first); but for the fault they would be accepted. */
export const wrongly = async (fault: Wrong, issued: string): Promise<string> => {
  const issuer = await foreignCa();
  const intermediate = issuer.certificate.toString('pem');
  const leafPem = PEM.exec(issued)![0];
  if (fault === 'wrong chain') return `${leafPem}\n${intermediate}\n`;
  const leaf = new x509.X509Certificate(leafPem);
  const keys = await makeKeys();
  const asked = { ...keys, publicKey: await leaf.publicKey.export() } as typeof keys;
  const names = fault === 'missing name' ? namesOf(leaf).slice(0, 1) : namesOf(leaf);
  const now = Date.now();
  const signed = await signLeaf({
    keys: fault === 'other key' ? keys : asked,
    issuer,
    names: names.map((value) => ({ type: 'dns', value })),
    notBefore: new Date(now - 3 * DAY),
    notAfter: new Date(now + (fault === 'expired' ? -DAY : 90 * DAY)),
    isCa: false,
    usages: [x509.ExtendedKeyUsage.serverAuth],
  });
  return `${signed}\n${intermediate}\n`;
};
