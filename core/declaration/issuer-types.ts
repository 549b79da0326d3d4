// What an issuer is, by its type: the questions that the rest of the house asks without caring which one it is. Pure.
import type { AcmeIssuerSpec, IssuerKind, IssuerSpec } from './issuer-model.ts';

/** An issuer that serves all namespaces. */
export const isClustered = (kind: IssuerKind | 'Certificate'): boolean =>
  kind === 'ClusterIssuer' || kind === 'AWSPCAClusterIssuer';

/** `Kind/name`, with the namespace where it has one: how people name it. */
export const issuerText = ({ kind, namespace, name }: Pick<IssuerSpec, 'kind' | 'namespace' | 'name'>): string =>
  `${kind}/${isClustered(kind) ? '' : `${namespace}/`}${name}`;

/** The ACME part of an issuer; only called where the ACME issuer is at work. */
export const acmeOf = (issuer: IssuerSpec): AcmeIssuerSpec['acme'] => {
  if (issuer.type === 'acme') return issuer.acme;
  throw new Error(`${issuerText(issuer)} is no ACME issuer`);
};

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
