// CAs and leaves for tests of the own CA: pairs in memory, and one step of an issuer. It must never touch a secret.
import { X509Certificate } from 'node:crypto';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { certificateMaker } from '#adapters/x509/sign.ts';
import { chainPem, parseChain } from '#core/certificate/chain.ts';
import { contentOf } from '#core/certificate/content.ts';
import type { CaIssuerSpec } from '#core/declaration/issuer-model.ts';
import type { CertificateSpec } from '#core/declaration/model.ts';
import type { SegmentInput, SegmentOutcome } from '#core/journey/issuer.ts';
import type { SegmentState } from '#core/journey/row.ts';
import { caIssuer } from '#core/own-ca/ca-issuer.ts';
import type { SigningPair, SigningPairs } from '#core/own-ca/ports.ts';
import type { Sealed } from '#core/sealed.ts';
import { declaredCertificate } from './declared.ts';

export const NOW = new Date('2026-11-25T12:00:00.000Z');
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const later = (ms: number): Date => new Date(NOW.getTime() + ms);

const ECDSA = { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' } as const;
export const makeKey = (): Promise<Sealed<string>> => nodeKeys.make(ECDSA);

let bytes = 0;
export const random = { bytes: (count: number) => new Uint8Array(count).fill(++bytes % 256) };

export interface CaWish {
  readonly name: string;
  readonly parent?: SigningPair;
  readonly key?: Sealed<string>;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly pathLength?: number;
  readonly isCa?: boolean;
  readonly nameConstraints?: CertificateSpec['nameConstraints'];
}

/** A CA's pair; its chain and `ca.crt` are its parent's, or itself. */
export const makeCa = async (wish: CaWish): Promise<SigningPair> => {
  const key = wish.key ?? (await makeKey());
  const { parent, nameConstraints, pathLength } = wish;
  const spec = {
    ...declaredCertificate({ name: `pki/${wish.name}` }).certificate,
    commonName: wish.name,
    dnsNames: [],
  };
  const certificatePem = await certificateMaker.sign({
    content: {
      ...contentOf(spec),
      isCa: wish.isCa ?? true,
      ...(nameConstraints === undefined ? {} : { nameConstraints }),
    },
    ...(pathLength === undefined ? {} : { pathLength }),
    key,
    signer: parent ?? 'self',
    serial: random.bytes(20).map((byte) => byte & 0x7f),
    notBefore: wish.notBefore ?? later(-DAY),
    notAfter: wish.notAfter ?? later(3650 * DAY),
    urls: {},
  });
  const above = parent === undefined ? '' : parent.certificatePem + parent.chainPem;
  const chain = parseChain(above).filter((one) => !one.checkIssued(one));
  return {
    versionId: `version-of-${wish.name}`,
    certificatePem,
    chainPem: chainPem(chain),
    key,
    caPem: parent?.caPem ?? certificatePem,
  };
};

const CA_ISSUER: CaIssuerSpec = {
  kind: 'Issuer',
  namespace: 'pki',
  name: 'own',
  type: 'ca',
  ca: { signer: { kind: 'declared', certificate: 'pki/ca' } },
};

export const leafSpec = (more: Partial<CertificateSpec> = {}): CertificateSpec => ({
  ...declaredCertificate({ name: 'shop/web' }).certificate,
  ...more,
});

export interface StepWish {
  readonly pairs: SigningPairs | SigningPair | undefined;
  readonly spec?: Partial<CertificateSpec>;
  readonly issuer?: CaIssuerSpec;
  readonly state?: SegmentState | undefined;
  readonly now?: Date;
  readonly key?: Sealed<string>;
}

export const inputOf = (wish: Omit<StepWish, 'pairs'>, key: Sealed<string>): SegmentInput => ({
  declared: {
    ...declaredCertificate({ name: 'shop/web' }),
    certificate: leafSpec(wish.spec),
    issuer: wish.issuer ?? CA_ISSUER,
  },
  holder: 'shop/web#1',
  state: wish.state,
  resumed: false,
  waited: false,
  csr: () => Promise.reject(new Error('no request is needed')),
  key: async () => key,
  issuance: { uid: 'u', revision: 1, keyNumber: 1 },
  now: wish.now ?? NOW,
  countsAs: 'new',
});

const always = (pair: SigningPair | undefined): SigningPairs => ({ read: async () => pair });

/** One step of the CA issuer. */
export const step = async (wish: StepWish): Promise<SegmentOutcome> => {
  const { pairs } = wish;
  const port = pairs !== undefined && 'read' in pairs ? pairs : always(pairs);
  const now = wish.now ?? NOW;
  const issuer = caIssuer(
    { maker: certificateMaker, random, clock: { now: () => now }, pairs: port, authorities: { saw: async () => {} } },
    { sweepPeriodMs: 300_000 },
  );
  return issuer.step(inputOf(wish, wish.key ?? (await makeKey())));
};

/** What a step has issued: leaf, the rest of the chain, anchors, warnings. */
export const issuedOf = (outcome: SegmentOutcome) => {
  if (outcome.kind !== 'issued') throw new Error(`not issued: ${JSON.stringify(outcome)}`);
  const [leaf, ...chain] = parseChain(outcome.chainPem);
  return { leaf: leaf!, chain, anchors: parseChain(outcome.caPem ?? ''), warnings: outcome.warnings ?? [] };
};

export const certificateOf = ({ certificatePem }: SigningPair): X509Certificate => new X509Certificate(certificatePem);
