// The SelfSigned issuer: the certificate's own key signs it. Nothing is left behind outside, so one step is all.

import { contentOf } from '../certificate/content.ts';
import type { CertificateMaker } from '../certificate/ports.ts';
import type { SelfSignedIssuerSpec } from '../declaration/issuer-model.ts';
import { issuerText } from '../declaration/issuer-types.ts';
import type { Issuer, SegmentInput, SegmentOutcome } from '../journey/issuer.ts';
import type { RandomBytes } from '../ports.ts';
import { randomSerial } from './serial.ts';
import { ownValidity } from './validity.ts';

export interface SelfSignedPorts {
  readonly maker: CertificateMaker;
  readonly random: RandomBytes;
}

const specOf = ({ declared: { issuer } }: SegmentInput): SelfSignedIssuerSpec => {
  if (issuer.type === 'selfSigned') return issuer;
  throw new Error(`${issuerText(issuer)} is no self-signing issuer`);
};

/** `ca.crt` is the certificate itself, as cert-manager has it. */
export const selfSignedIssuer = ({ maker, random }: SelfSignedPorts): Issuer => {
  const step = async (input: SegmentInput): Promise<SegmentOutcome> => {
    const { selfSigned } = specOf(input);
    const { certificate } = input.declared;
    const { notBefore, notAfter } = ownValidity(certificate.durationMs, input.now);
    const pem = await maker.sign({
      content: contentOf(certificate),
      key: await input.key(),
      signer: 'self',
      serial: randomSerial(random),
      notBefore,
      notAfter,
      urls: selfSigned,
    });
    return { kind: 'issued', state: { issuer: 'selfSigned', version: 1, state: {} }, chainPem: pem, caPem: pem };
  };
  return { isLocal: true, step, scopes: () => [], clean: async ({ state }) => state };
};
