// The CA issuer: signs with the pair of a declared CA certificate, or with one that is brought along. Nothing is left behind
// outside, so one step is all; a CA that is not there yet is waited for. It must never keep a key longer than it signs.
import { contentOf } from '../certificate/content.ts';
import type { CertificateMaker } from '../certificate/ports.ts';
import type { ErrorCode } from '../codes.ts';
import type { CaIssuerSpec } from '../declaration/issuer-model.ts';
import { authorityOf, issuerText, ofType } from '../declaration/issuer-types.ts';
import type { DeclaredCertificate } from '../declaration/model.ts';
import type { Authorities } from '../health/ports.ts';
import type { Issuer, SegmentInput, SegmentOutcome } from '../journey/issuer.ts';
import type { SegmentState } from '../journey/row.ts';
import type { Clock, RandomBytes } from '../ports.ts';
import { anchorsOf } from './anchors.ts';
import type { SigningPairs } from './ports.ts';
import { randomSerial } from './serial.ts';
import { allowed, type Signer, type SigningWish, servedChain, signerNow, spanOf } from './signer.ts';
import { nestedValidity } from './validity.ts';

export interface CaIssuerPorts {
  readonly maker: CertificateMaker;
  readonly random: RandomBytes;
  readonly clock: Clock;
  readonly pairs: SigningPairs;
  readonly authorities: Pick<Authorities, 'saw'>;
}

export interface CaIssuerSettings {
  readonly sweepPeriodMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Waits in the running execution for a CA that is being issued just now. */
const SOON_MS = [5 * SECOND, 15 * SECOND, 45 * SECOND];
const LONGEST_LOOK_MS = 6 * HOUR;
/** A CA that is brought along is looked for at these gaps. */
const NOT_READY: ErrorCode = 'ISSUER_NOT_READY';
const BROUGHT_MS = { first: 10 * MINUTE, longest: HOUR };

const stateOf = (looks: number): SegmentState => ({ issuer: 'ca', version: 1, state: { looks } });
const looksOf = (state: SegmentState | undefined): number => (state?.state.looks as number | undefined) ?? 0;

/** Gap before look `looks` (from 0) is repeated: seconds at first, then doubling from the sweep's period up to 6 h. */
const gapMs = (looks: number, sweepPeriodMs: number): number =>
  SOON_MS[looks] ?? Math.min(sweepPeriodMs * 2 ** Math.min(looks - SOON_MS.length, 20), LONGEST_LOOK_MS);

/** A CA that is not there is waited for; of one that is brought along people are told by the code ISSUER_NOT_READY. */
const notThere = (input: SegmentInput, issuer: CaIssuerSpec, sweepPeriodMs: number): SegmentOutcome => {
  const looks = looksOf(input.state);
  const { signer } = issuer.ca;
  const brought = Math.min(BROUGHT_MS.first * 2 ** Math.min(looks, 10), BROUGHT_MS.longest);
  const gap = signer.kind === 'declared' ? gapMs(looks, sweepPeriodMs) : brought;
  const until = new Date(input.now.getTime() + gap);
  const wait = { kind: 'wait', state: stateOf(looks + 1), until, waitingFor: `issuer ${issuerText(issuer)}` } as const;
  if (signer.kind === 'declared') return { ...wait, waitingForIssuer: signer.certificate };
  const secret = `${signer.namespace}/${signer.name}`;
  const why = `${wait.waitingFor}: the secret for ${secret} is missing, or has no tls.crt and tls.key`;
  return { ...wait, waitingFor: `${NOT_READY}: ${why}` };
};

/** Makes the CA issuer over its ports; it keeps nothing. */
export const caIssuer = (ports: CaIssuerPorts, { sweepPeriodMs }: CaIssuerSettings): Issuer => {
  const signed = async (input: SegmentInput, issuer: CaIssuerSpec, signer: Signer, wish: SigningWish) => {
    const { content } = wish;
    const { pathLength, warnings } = allowed(signer, issuer, content);
    const span = spanOf(issuer, signer);
    const validity = nestedValidity(span, wish);
    if (issuer.ca.signer.kind !== 'declared')
      await ports.authorities.saw({
        id: authorityOf(issuer),
        issuer: issuerText(issuer),
        notBefore: span.notBefore.toISOString(),
        notAfter: span.notAfter.toISOString(),
      });
    const pem = await ports.maker.sign({
      content,
      ...(pathLength === undefined ? {} : { pathLength }),
      key: await input.key(),
      signer: { certificatePem: signer.pair.certificatePem, key: signer.pair.key },
      serial: randomSerial(ports.random),
      notBefore: validity.notBefore,
      notAfter: validity.notAfter,
      urls: issuer.ca,
    });
    return {
      kind: 'issued' as const,
      state: stateOf(looksOf(input.state)),
      chainPem: pem + servedChain(signer),
      caPem: signer.caPem,
      warnings: [...warnings, ...validity.warnings],
    };
  };

  const step = async (input: SegmentInput): Promise<SegmentOutcome> => {
    const issuer = ofType(input.declared.issuer, 'ca');
    const { certificate } = input.declared;
    const wish: SigningWish = {
      content: contentOf(certificate),
      durationMs: certificate.durationMs,
      sweepPeriodMs,
      now: input.now,
    };
    const signer = await signerNow(ports.pairs, issuer, wish);
    return signer === undefined ? notThere(input, issuer, sweepPeriodMs) : signed(input, issuer, signer, wish);
  };

  const anchors = async (declared: DeclaredCertificate): Promise<string | undefined> => {
    const pair = await ports.pairs.read({ signer: ofType(declared.issuer, 'ca').ca.signer });
    return pair && anchorsOf(pair, ports.clock.now());
  };

  return { isLocal: true, step, anchors, scopes: () => [], clean: async ({ state }) => state };
};
