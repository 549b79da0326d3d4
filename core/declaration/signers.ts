// How certificates and issuers hang together where we sign ourselves: whose pair a CA issuer uses, and chains that lead
// back to themselves. It must never look further into a document than these references.
import { issuerNamedBy } from './issuer-ref.ts';
import { isClustered } from './issuer-types.ts';
import { type Identity, identityText } from './metadata.ts';
import { nearest } from './nearest.ts';
import { childOf, type MapNode, textAt } from './nodes.ts';
import type { FindSigner } from './own-ca-issuer.ts';
import type { Finding } from './problem.ts';

/** A document in its place: a Certificate or an issuer. */
export interface Linked {
  readonly identity: Identity;
  readonly root: MapNode;
}

const SECRET_NAME = ['spec', 'ca', 'secretName'];

const secretNameOf = ({ root }: Linked): string | undefined => textAt(root, 'spec', 'secretName');

const isCa = ({ root }: Linked): boolean => {
  const node = childOf(childOf(root, 'spec'), 'isCA');
  return node?.kind === 'scalar' && (node.value === true || /^(yes|on)$/i.test(node.source));
};

const nameOf = ({ identity }: Linked): string => `${identity.namespace}/${identity.name}`;

/** A Secret that no Certificate of the namespace makes is brought along; told of where another one was probably meant. */
const broughtAlong = (
  certificates: readonly Linked[],
  issuer: Identity,
  wanted: { readonly namespace: string; readonly secretName: string },
): Finding[] => {
  const message = `no Certificate in namespace ${wanted.namespace} has secretName ${wanted.secretName}: a pair that is brought along is read`;
  const warn = (hint: string): Finding[] => [{ code: 'SIGNER_BROUGHT_ALONG', path: SECRET_NAME, message, hint }];
  const elsewhere = certificates.find((one) => isCa(one) && secretNameOf(one) === wanted.secretName);
  if (elsewhere !== undefined) {
    const reads = isClustered(issuer.kind)
      ? `a ${issuer.kind} reads namespace ${wanted.namespace}`
      : 'move one of the two';
    return warn(`${identityText(elsewhere.identity)} makes it in another namespace: ${reads}`);
  }
  const near = certificates.filter((one) => isCa(one) && one.identity.namespace === wanted.namespace);
  const meant = nearest(
    wanted.secretName,
    near.flatMap((one) => secretNameOf(one) ?? []),
  );
  return meant === undefined ? [] : warn(`did you mean ${meant}?`);
};

/** Answers for `ca.secretName` of one issuer. Codes: SIGNER_NOT_CA, SIGNER_BROUGHT_ALONG (warning). */
export const signerFinder =
  (certificates: readonly Linked[], issuer: Identity, clusterResourceNamespace: string): FindSigner =>
  (secretName) => {
    const namespace = isClustered(issuer.kind) ? clusterResourceNamespace : issuer.namespace;
    const maker = certificates.find(
      (one) => one.identity.namespace === namespace && secretName !== '' && secretNameOf(one) === secretName,
    );
    if (maker === undefined) {
      const findings = secretName === '' ? [] : broughtAlong(certificates, issuer, { namespace, secretName });
      return { signer: { kind: 'referenced', namespace, name: secretName }, findings };
    }
    const signer = { kind: 'declared', certificate: nameOf(maker) } as const;
    if (isCa(maker)) return { signer, findings: [] };
    const message = `${identityText(maker.identity)}, which makes this Secret, is no CA`;
    const hint = 'add isCA: true to that Certificate';
    return { signer, findings: [{ code: 'SIGNER_NOT_CA', path: SECRET_NAME, message, hint }] };
  };

const keyOf = ({ kind, namespace, name }: Identity): string => JSON.stringify([kind, namespace, name]);

/** certificate -> its issuer -> the certificate whose pair that issuer signs with. */
const nextIn = (
  certificate: Linked,
  chain: { readonly issuers: ReadonlyMap<string, Linked>; readonly makers: ReadonlyMap<string, Linked> },
  clusterResourceNamespace: string,
): { readonly issuer: Linked; readonly certificate: Linked } | undefined => {
  const issuer = chain.issuers.get(keyOf(issuerNamedBy(certificate.root, certificate.identity.namespace)));
  const secretName = issuer === undefined ? undefined : textAt(issuer.root, ...SECRET_NAME);
  if (issuer === undefined || !secretName) return undefined;
  const namespace = isClustered(issuer.identity.kind) ? clusterResourceNamespace : issuer.identity.namespace;
  const maker = chain.makers.get(JSON.stringify([namespace, secretName]));
  return maker === undefined ? undefined : { issuer, certificate: maker };
};

const indexed = (all: readonly Linked[], keyFor: (one: Linked) => string): Map<string, Linked> =>
  new Map(all.toReversed().map((one) => [keyFor(one), one]));

/** ISSUER_CYCLE at each certificate whose chain of issuers leads back to itself, with the way round. */
export const findCycles = (
  certificates: readonly Linked[],
  issuers: readonly Linked[],
  clusterResourceNamespace: string,
): { readonly certificate: Linked; readonly finding: Finding }[] => {
  const chain = {
    issuers: indexed(issuers, ({ identity }) => keyOf(identity)),
    makers: indexed(certificates, (one) => JSON.stringify([one.identity.namespace, secretNameOf(one) ?? ''])),
  };
  return certificates.flatMap((start) => {
    const way = [identityText(start.identity)];
    const seen = new Set<Linked>();
    let here = start;
    while (!seen.has(here)) {
      seen.add(here);
      const next = nextIn(here, chain, clusterResourceNamespace);
      if (next === undefined) return [];
      way.push(identityText(next.issuer.identity), identityText(next.certificate.identity));
      if (next.certificate === start) {
        const message = `the chain of issuers leads back to this certificate: ${way.join(' <- ')}`;
        const hint = 'begin the chain with a selfSigned issuer';
        return [
          { certificate: start, finding: { code: 'ISSUER_CYCLE', path: ['spec', 'issuerRef', 'name'], message, hint } },
        ];
      }
      here = next.certificate;
    }
    return [];
  });
};
