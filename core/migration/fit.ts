// Whether a Secret's pair can be a declared certificate's first version, by the judge that adopts it later. Pure; it must
// never say more of a key than that it cannot be read.
import { adoptable } from '../certificate/adoptable.ts';
import { chainPem, type LeafFacts, leafFacts, parseChain } from '../certificate/chain.ts';
import { wantedOutputs } from '../certificate/outputs.ts';
import type { KeystoreMaker } from '../certificate/ports.ts';
import { render } from '../certificate/render.ts';
import type { DeclaredCertificate } from '../declaration/model.ts';
import { versionToken } from '../names.ts';
import type { Sealed } from '../sealed.ts';
import type { ImportCodeName } from './codes.ts';
import type { KubernetesSecret } from './kubernetes-secrets.ts';

export interface Refusal {
  readonly code: ImportCodeName;
  readonly message: string;
}

/** A version that can be written as it is. */
export interface Fit {
  /** The VersionId that it gets: the same pair for the same declaration is the same version. */
  readonly token: string;
  readonly value: Sealed<string>;
  readonly facts: LeafFacts;
}

export interface FitRequest {
  readonly declared: DeclaredCertificate;
  readonly secret: KubernetesSecret;
  readonly now: Date;
  /** cert-manager had it from wherever it says. */
  readonly anyIssuer: boolean;
}

const TLS_TYPE = 'kubernetes.io/tls';

/** What cert-manager notes on the Secret; absent parts say nothing. */
const noted = ({ annotations }: KubernetesSecret) => ({
  name: annotations['cert-manager.io/issuer-name'],
  kind: annotations['cert-manager.io/issuer-kind'] || undefined,
  group: annotations['cert-manager.io/issuer-group'] || undefined,
});

const otherIssuer = ({ declared, secret }: FitRequest): Refusal | undefined => {
  const { issuerRef: wanted } = declared.certificate;
  const { name, kind = 'Issuer', group = 'cert-manager.io' } = noted(secret);
  if (name === undefined) return undefined;
  if (name === wanted.name && kind === wanted.kind && group === wanted.group) return undefined;
  const message = `it is from ${kind}/${name}, declared is ${wanted.kind}/${wanted.name}`;
  return { code: 'IMPORT_OTHER_ISSUER', message };
};

interface Pair {
  readonly chainPem: string;
  readonly key: Sealed<string>;
  readonly facts: LeafFacts;
  readonly caPem?: string;
}

/** Of an ACME issuer there is no `ca.crt` in our secret. */
const anchors = ({ declared, secret }: FitRequest): string => {
  if (declared.issuer.type === 'acme') return '';
  return chainPem(parseChain(secret.data['ca.crt']?.open() ?? ''));
};

const pairOf = (request: FitRequest): Pair | Refusal => {
  const { 'tls.crt': written, 'tls.key': key } = request.secret.data;
  const unreadable = (message: string): Refusal => ({ code: 'IMPORT_UNREADABLE', message });
  if (!written?.open() || !key?.open()) return unreadable('there is no tls.crt or no tls.key in it');
  try {
    const chain = parseChain(written.open());
    const caPem = anchors(request);
    if (chain[0] === undefined) return unreadable('there is no certificate in tls.crt');
    return {
      chainPem: chainPem(chain),
      key,
      facts: leafFacts(chain[0]),
      ...(caPem === '' ? {} : { caPem }),
    };
  } catch (cause) {
    return unreadable(`a certificate in it cannot be read (${(cause as Error).name})`);
  }
};

const renderedFit = async (pair: Pair, { declared }: FitRequest, keystores: KeystoreMaker): Promise<Fit> => {
  const { certificate } = declared;
  const { keystores: _later, ...spec } = certificate;
  const said = [declared.name, pair.chainPem, pair.caPem ?? null, wantedOutputs(spec)];
  const token = versionToken('import', 0, JSON.stringify(said));
  const value = await render({ ...pair, versionId: token, spec, passwords: {} }, keystores);
  return { token, value, facts: pair.facts };
};

/**
 * The version, or why there is none. Keystores are left to the first run, which renders them beside the same pair: it alone
 * reads passwords.
 */
export const fitOf = async (request: FitRequest, keystores: KeystoreMaker): Promise<Fit | Refusal> => {
  const { secret, declared, now, anyIssuer } = request;
  if (secret.type !== TLS_TYPE) return { code: 'IMPORT_NOT_TLS', message: `its type is ${secret.type.slice(0, 80)}` };
  const other = anyIssuer ? undefined : otherIssuer(request);
  if (other !== undefined) return other;
  const pair = pairOf(request);
  if ('code' in pair) return pair;
  const [fit] = await Promise.allSettled([renderedFit(pair, request, keystores)]);
  // A parser's words about a private key stay here.
  if (fit.status === 'rejected') return { code: 'IMPORT_UNREADABLE', message: 'tls.key cannot be read' };
  const judgement = adoptable(fit.value.value, { declared, now });
  if (judgement.accepted) return fit.value;
  return { code: 'IMPORT_UNFIT', message: judgement.reasons.join('; ') };
};
