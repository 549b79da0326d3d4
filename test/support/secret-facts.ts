// What tests of a secret's value put into it: facts of a leaf, and kinds of keys. It must never be read from a certificate.
import type { LeafFacts } from '#core/certificate/chain.ts';
import type { PrivateKeySpec } from '#core/declaration/model.ts';

export const FACTS: LeafFacts = {
  fingerprint: 'f'.repeat(64),
  serial: '0b',
  notBefore: '2026-11-25T11:00:00.000Z',
  notAfter: '2027-02-23T11:00:00.000Z',
  issuer: 'CN=R11, O=Example CA',
};

/** `spec.privateKey`, made anew for each certificate. */
export const keySpec = (
  algorithm: PrivateKeySpec['algorithm'],
  size: number,
  encoding: PrivateKeySpec['encoding'] = 'PKCS1',
): PrivateKeySpec => ({ algorithm, size, encoding, rotationPolicy: 'Always' });
