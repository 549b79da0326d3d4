// Why manifests cannot be made, all reasons at once, in words for a person. It must never refuse what a cluster would take
// and the operator could do.
import { isDnsLabel, isDnsSubdomain } from '../../declaration/kubernetes-names.ts';
import type { DeclaredCertificate } from '../../declaration/model.ts';
import { publicName } from '../model.ts';
import { accessOf, serviceAccountRole } from './access.ts';
import { deliveredTo, isOperatorAtLeast, type ManifestsInput } from './model.ts';
import { anchorsOf } from './trust.ts';

const operator = ({ cluster }: ManifestsInput): string[] => {
  const { esoVersion, tenants } = cluster;
  if (!isOperatorAtLeast(cluster, 0, 16))
    return [`the External Secrets Operator ${esoVersion} does not know external-secrets.io/v1: it needs 0.16`];
  if (tenants === 'session-tags' && !isOperatorAtLeast(cluster, 2, 5))
    return [
      `tenants: session-tags needs the External Secrets Operator 2.5 (sessionTagsPolicy), and esoVersion is ${esoVersion}`,
    ];
  return [];
};

const READER = 'the reader role (setting readerRole, or --reader-role with the output ReaderRoleArn of the stack)';

const access = (input: ManifestsInput): string[] => {
  const { account, identity, externalId } = input.cluster;
  const found = accessOf(input);
  const reasons: string[] = [];
  if (found.by === 'hop' && found.role === undefined)
    reasons.push(`the store takes on ${READER}, and nothing says which it is`);
  if (found.by === 'hop' && account !== undefined && externalId === undefined)
    reasons.push(`it is in another account (${account}): give it an externalId, any random text of its own`);
  if (found.by === 'policy' && input.account === undefined)
    reasons.push(
      'it reads by the policy of each secret, so secrets are named by ARN: say of which account (--account)',
    );
  if (identity === 'irsa' && serviceAccountRole(input) === undefined)
    reasons.push(
      found.by === 'hop'
        ? "identity irsa with a role that is taken on needs the role of the store's ServiceAccount too (--operator-role)"
        : `identity irsa writes ${READER} on the store's ServiceAccount, and nothing says which it is`,
    );
  return reasons;
};

/** Secrets Manager takes a hyphen and six characters at the end of an ARN for the suffix of a complete one. */
const looksComplete = (name: string): boolean => /-[A-Za-z0-9]{6}$/.test(name);

const arns = (input: ManifestsInput, all: readonly DeclaredCertificate[]): string[] =>
  accessOf(input).by !== 'policy'
    ? []
    : all
        .filter(({ name }) => looksComplete(name))
        .map(
          ({ name }) =>
            `${name}: its secret cannot be named by ARN, since "${name.slice(-7)}" looks like the random suffix of one; rename the Certificate, or let the store take on the reader role`,
        );

const names = ({ name, certificate: { secretName, delivery } }: DeclaredCertificate): string[] => {
  const wrongs: string[] = [];
  if (!isDnsSubdomain(secretName)) wrongs.push(`${name}: "${secretName}" is not a name of a Secret`);
  else if (!isDnsSubdomain(publicName(secretName)))
    wrongs.push(`${name}: "${publicName(secretName)}" beside its Secret would have more than 253 characters`);
  const wrongNamespaces = (delivery?.namespaces ?? []).filter((namespace) => !isDnsLabel(namespace));
  return [...wrongs, ...wrongNamespaces.map((namespace) => `${name}: "${namespace}" is not a name of a namespace`)];
};

/** What a store can read: one for each namespace is not there for unknown ones, and a fence lets no other namespace in. */
const reach = ({ cluster }: ManifestsInput, { name, certificate }: DeclaredCertificate): string[] => {
  const { delivery, namespace } = certificate;
  const isCopied = delivery?.namespaceSelector !== undefined;
  if (isCopied && cluster.store.kind === 'SecretStore')
    return [
      `${name}: evercert.dev/namespace-selector needs a ClusterSecretStore, since a SecretStore serves its own namespace`,
    ];
  const others = (delivery?.namespaces ?? []).filter((one) => one !== namespace);
  if (cluster.tenants !== 'session-tags' || (!isCopied && others.length === 0)) return [];
  const where = isCopied ? 'selected namespaces' : others.join(', ');
  return [`${name}: with tenants: session-tags a namespace reads its own certificates only, and this goes to ${where}`];
};

/** Places with the certificates that want them. */
const collisions = (all: readonly DeclaredCertificate[]): string[] => {
  const owners = new Map<string, Set<string>>();
  for (const { name, certificate } of all) {
    const { namespaces = [], namespaceSelector } = certificate.delivery ?? {};
    const homes =
      namespaceSelector === undefined ? namespaces.map((one) => `ExternalSecret ${one}/`) : ['ClusterExternalSecret '];
    for (const home of homes)
      for (const wanted of [certificate.secretName, publicName(certificate.secretName)])
        owners.set(home + wanted, (owners.get(home + wanted) ?? new Set()).add(name));
  }
  return [...owners]
    .filter(([, names]) => names.size > 1)
    .map(
      ([place, names]) =>
        `${place} is wanted by ${[...names].sort().join(' and ')}: give one of them another secretName`,
    )
    .sort();
};

const trust = (input: ManifestsInput): string[] => {
  const all = anchorsOf(input);
  const { tenants } = input.cluster;
  if (input.trust === undefined || all.length === 0) return [];
  if (tenants === 'session-tags')
    return ['trust anchors are read in other namespaces than their certificate, which tenants: session-tags forbids'];
  const twice = all.filter(({ name }, index) => all[index - 1]?.name === name);
  return [
    ...twice.map(({ name, issuer }) => `trust anchors of ${issuer} and of another issuer would both be called ${name}`),
    ...all
      .filter(({ name }) => !isDnsSubdomain(name))
      .map(({ issuer, name }) => `trust anchors of ${issuer} would be called ${name}, with more than 253 characters`),
  ];
};

/** Each begins with the cluster's name; none: `manifestsFor` can be called. */
export const refusalsOf = (input: ManifestsInput): readonly string[] => {
  const all = deliveredTo(input);
  return [
    ...operator(input),
    ...access(input),
    ...arns(input, all),
    ...all.flatMap(names),
    ...all.flatMap((one) => reach(input, one)),
    ...collisions(all),
    ...trust(input),
  ].map((reason) => `cluster ${input.cluster.name}: ${reason}`);
};
