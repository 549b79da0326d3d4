// What an issuer is, by its type: the questions that the rest of the house asks without caring which one it is. Pure.
import type { AcmeIssuerSpec, IssuerKind, IssuerSpec, IssuerType } from './issuer-model.ts';

/** An issuer that serves all namespaces. */
export const isClustered = (kind: IssuerKind | 'Certificate'): boolean =>
  kind === 'ClusterIssuer' || kind === 'AWSPCAClusterIssuer';

/** `Kind/name`, with the namespace where it has one: how people name it. */
export const issuerText = ({ kind, namespace, name }: Pick<IssuerSpec, 'kind' | 'namespace' | 'name'>): string =>
  `${kind}/${isClustered(kind) ? '' : `${namespace}/`}${name}`;

/** An issuer as one of that type; only called where an issuer of that type is at work. */
export const ofType = <T extends IssuerType>(issuer: IssuerSpec, type: T): Extract<IssuerSpec, { type: T }> => {
  if (issuer.type === type) return issuer as Extract<IssuerSpec, { type: T }>;
  throw new Error(`${issuerText(issuer)} is no issuer of type ${type}`);
};

/** The ACME part of an issuer. */
export const acmeOf = (issuer: IssuerSpec): AcmeIssuerSpec['acme'] => ofType(issuer, 'acme').acme;

/** Which authority an issuer leads to: directory URL, ARN of the Private CA, or whose pair it signs with. */
export const authorityOf = (issuer: IssuerSpec): string => {
  if (issuer.type === 'acme') return issuer.acme.server;
  if (issuer.type === 'awspca') return issuer.awspca.arn;
  if (issuer.type === 'selfSigned') return 'self-signed';
  const { signer } = issuer.ca;
  return signer.kind === 'declared' ? `ca:${signer.certificate}` : `ca-reference:${signer.namespace}/${signer.name}`;
};

/** The declared CA certificate (`namespace/name`) that an issuer signs with, if it is one. */
export const signerOf = (issuer: IssuerSpec): string | undefined =>
  issuer.type === 'ca' && issuer.ca.signer.kind === 'declared' ? issuer.ca.signer.certificate : undefined;

/** Whether what an issuer signs comes with trust anchors, `ca.crt`: public CAs' are in every client already. */
export const givesAnchors = (issuer: Pick<IssuerSpec, 'type'>): boolean => issuer.type !== 'acme';
