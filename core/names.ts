// Every derived name and key is built here, once. It must never know who uses a name, only how it is made.
import { createHash } from 'node:crypto';
import type { CaSigner, IssuerSpec } from './declaration/issuer-model.ts';
import { acmeOf, isClustered } from './declaration/issuer-types.ts';
import type { CertificateSpec } from './declaration/model.ts';

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `namespace/certificate`. */
export const certificateName = (spec: Pick<CertificateSpec, 'namespace' | 'name'>): string =>
  `${spec.namespace}/${spec.name}`;

/** The Secrets Manager secret of one certificate: `<prefix>/<namespace>/<certificate>`. */
export const certificateSecret = (prefix: string, name: string): string => `${prefix}/${name}`;

/** A Kubernetes Secret that a declaration refers to and that no declared Certificate makes: `<prefix>-refs/<namespace>/<name>`. */
export const referenceSecret = (prefix: string, namespace: string, name: string): string =>
  `${prefix}-refs/${namespace}/${name}`;

/** The namespace in which an issuer's references lie; that of a clustered one is `clusterResourceNamespace`. */
export const referenceNamespace = (
  issuer: Pick<IssuerSpec, 'kind' | 'namespace'>,
  clusterResourceNamespace: string,
): string => (isClustered(issuer.kind) ? clusterResourceNamespace : issuer.namespace);

/** The secret of an issuer's ACME account key. */
export const accountKeySecret = (prefix: string, issuer: IssuerSpec, clusterResourceNamespace: string): string =>
  referenceSecret(
    prefix,
    referenceNamespace(issuer, clusterResourceNamespace),
    acmeOf(issuer).privateKeySecretRef.name,
  );

/** The secret in which a CA issuer finds its pair: a declared certificate's own, or one that is brought along. */
export const signerSecret = (prefix: string, signer: CaSigner): string =>
  signer.kind === 'declared'
    ? certificateSecret(prefix, signer.certificate)
    : referenceSecret(prefix, signer.namespace, signer.name);

/** One ACME account: (directory, key reference). */
export const accountId = (directoryUrl: string, keySecret: string, keyProperty: string): string =>
  sha256Hex(JSON.stringify([directoryUrl, keySecret, keyProperty])).slice(0, 32);

/** Rows are spread over this many shards; the number is part of the table's format. */
export const SHARDS = 16;
export const shardOf = (name: string): number => Number.parseInt(sha256Hex(name).slice(0, 2), 16) % SHARDS;

/** Secrets Manager ClientRequestToken = VersionId (32-64 characters): hash(uid, revision, what). */
export const versionToken = (uid: string, revision: number, what: string): string =>
  sha256Hex(JSON.stringify([uid, revision, what]));

/** Of what a new secret begins with: the placeholder, or the declared temporary certificate. */
export const firstVersionToken = (uid: string): string => versionToken(uid, 0, 'placeholder');

/** IdempotencyToken of ACM Private CA (at most 36 characters): the same issuance asks for the same certificate. */
export const privateCaToken = (issuance: { uid: string; revision: number; keyNumber: number }): string =>
  sha256Hex(JSON.stringify([issuance.uid, issuance.revision, issuance.keyNumber])).slice(0, 36);

/** Staging labels sit on one version each and carry the revision. */
export const keyLabel = (revision: number): string => `evercert-r${revision}-key`;
export const bundleLabel = (revision: number): string => `evercert-r${revision}`;
export const isOurLabel = (label: string): boolean => /^evercert-r\d+(-key)?$/.test(label);

/** Step Functions execution name, at most 80 of [A-Za-z0-9-_]: a readable prefix and hash(uid, run). */
export const executionName = (name: string, uid: string, run: number): string => {
  const readable = name.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40);
  return `${readable}-${run}-${sha256Hex(JSON.stringify([uid, run])).slice(0, 20)}`;
};

/** Who holds a challenge value: `namespace/name#revision`. */
export const holderName = (name: string, revision: number): string => `${name}#${revision}`;
export const holderParts = (holder: string): { name: string; revision: number } => {
  const hash = holder.lastIndexOf('#');
  return { name: holder.slice(0, hash), revision: Number(holder.slice(hash + 1)) };
};

/** `_acme-challenge.<name>`; a wildcard is validated at its base (RFC 8555 section 8.4). */
export const challengeName = (dnsName: string): string => `_acme-challenge.${dnsName.replace(/^\*\./, '')}`;

export const TAG_UID = 'evercert.dev/uid';
export const TAG_CERTIFICATE = 'evercert.dev/certificate';
