// Real pairs as the service stores them, made at test time. It must never write one to disk.
import { randomBytes, randomUUID } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { leafFacts, parseChain } from '#core/certificate/chain.ts';
import { bundleValue } from '#core/certificate/secret-value.ts';
import type { Sealed } from '#core/sealed.ts';
import { type Authority, keyPem, makeAuthority, makeKeys } from '#test/support/signing.ts';

export interface Issued {
  readonly versionId: string;
  readonly fingerprint: string;
  readonly serial: string;
  readonly notAfter: string;
  readonly chainPem: string;
  readonly key: Sealed<string>;
  /** The secret's JSON text. */
  readonly value: Sealed<string>;
  readonly caPem: string;
}

let authority: Promise<Authority> | undefined;

/** The CA that signs in this process. */
export const testAuthority = (): Promise<Authority> => {
  authority ??= makeAuthority('Bridge Test CA');
  return authority;
};

/** A new pair for `dnsName` as one new version; `withCa`: with `ca.crt`. */
export const issue = async (dnsName: string, options: { readonly withCa?: boolean } = {}): Promise<Issued> => {
  const issuer = await testAuthority();
  const keys = await makeKeys();
  const signed = await x509.X509CertificateGenerator.create({
    serialNumber: `00${randomBytes(12).toString('hex')}`,
    subject: `CN=${dnsName}`,
    issuer: issuer.certificate.subject,
    notBefore: new Date('2026-11-01T00:00:00Z'),
    notAfter: new Date('2036-01-01T00:00:00Z'),
    signingKey: issuer.keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: dnsName }]),
    ],
  });
  const chainPem = `${signed.toString('pem')}\n`;
  const key = await keyPem(keys);
  const [leaf] = parseChain(chainPem);
  const facts = leafFacts(leaf!);
  const versionId = randomUUID();
  const caPem = issuer.certificate.toString('pem');
  const more = options.withCa === true ? { caPem } : {};
  const value = bundleValue({ chainPem, key, facts, versionId, ...more });
  const { fingerprint, serial, notAfter } = facts;
  return { versionId, fingerprint, serial, notAfter, chainPem, key, value, caPem };
};
