// The rules between documents: nothing twice, every issuer there. It must never look inside a specification further
// than the names by which documents find each other.

import type { IssuerSpec } from './issuer-model.ts';
import { type Identity, identityText } from './metadata.ts';
import type { CertificateSpec } from './model.ts';
import { locate, type MapNode, textAt } from './nodes.ts';
import type { Finding } from './problem.ts';
import { hasSolverFor } from './select-solver.ts';

/** An object of ours in its place, with errors or without. */
export interface Placed {
  readonly file: string;
  readonly root: MapNode;
  readonly identity: Identity;
}

export type PlacedFinding = { readonly placed: Placed; readonly finding: Finding };

const groupBy = (all: readonly Placed[], keyOf: (placed: Placed) => string | undefined): Placed[][] => {
  const groups = new Map<string, Placed[]>();
  for (const placed of all) {
    const key = keyOf(placed);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [placed]);
    else group.push(placed);
  }
  return [...groups.values()].filter((group) => group.length > 1);
};

export const identityKey = ({ kind, namespace, name }: Identity): string => JSON.stringify([kind, namespace, name]);

/** `file:line` of the others, three at most. */
export const others = (group: readonly Placed[], placed: Placed, path: readonly string[]): string => {
  const places = group
    .filter((other) => other !== placed)
    .map((other) => `${other.file}:${locate(other.root, path).line}`);
  return places.length > 3 ? `${places.slice(0, 3).join(', ')} and ${places.length - 3} more` : places.join(', ');
};

/** DOCUMENT_TWICE, at each of them with the place of the others. */
export const findTwins = (all: readonly Placed[]): PlacedFinding[] =>
  groupBy(all, (placed) => identityKey(placed.identity)).flatMap((group) =>
    group.map((placed) => {
      const path = ['metadata', 'name'];
      const message = `${identityText(placed.identity)} is declared again at ${others(group, placed, path)}`;
      return { placed, finding: { code: 'DOCUMENT_TWICE', path, message, hint: 'rename or remove one of them' } };
    }),
  );

/** SECRET_NAME_TWICE, at each Certificate with the place of the others (not for twins of one name). */
export const findSharedSecrets = (all: readonly Placed[]): PlacedFinding[] => {
  const path = ['spec', 'secretName'];
  const keyOf = ({ identity, root }: Placed): string | undefined => {
    const secretName = textAt(root, ...path);
    return identity.kind === 'Certificate' && secretName ? JSON.stringify([identity.namespace, secretName]) : undefined;
  };
  return groupBy(all, keyOf).flatMap((group) => {
    if (new Set(group.map(({ identity }) => identity.name)).size === 1) return [];
    return group.map((placed) => {
      const message = `the same Secret is wanted at ${others(group, placed, path)}`;
      return {
        placed,
        finding: { code: 'SECRET_NAME_TWICE', path, message, hint: 'give each Certificate a Secret of its own' },
      };
    });
  });
};

const notFoundHint = (wanted: Identity, known: readonly Identity[], scope: 'folder' | 'file'): string => {
  const namesake = known.find(({ kind, name }) => kind !== 'Certificate' && name === wanted.name);
  if (namesake === undefined)
    return scope === 'file' ? 'check the whole folder, or declare the issuer' : 'declare the issuer in this folder';
  if (namesake.kind !== wanted.kind)
    return `there is a ${identityText(namesake)}: set issuerRef.kind: ${namesake.kind}`;
  return `there is an ${identityText(namesake)}: an Issuer serves its own namespace only; a ClusterIssuer serves all`;
};

/** ISSUER_NOT_FOUND: an error where a whole folder was read, else a warning. */
export const missingIssuer = (wanted: Identity, known: readonly Identity[], scope: 'folder' | 'file'): Finding => ({
  code: 'ISSUER_NOT_FOUND',
  severity: scope === 'folder' ? 'error' : 'warning',
  path: ['spec', 'issuerRef', 'name'],
  message: `${identityText(wanted)} is not declared`,
  hint: notFoundHint(wanted, known, scope),
});

/** SOLVER_NO_MATCH for each name that no solver of the issuer selects. */
export const unmatchedNames = (certificate: CertificateSpec, issuer: IssuerSpec): Finding[] =>
  issuer.type !== 'acme' || issuer.acme.solvers.length === 0
    ? []
    : certificate.dnsNames.flatMap((dnsName, index): Finding[] => {
        if (hasSolverFor(issuer, { dnsName, labels: certificate.labels })) return [];
        const message = `no solver of the issuer selects "${dnsName}": Route53 DNS-01 with our own zones is used`;
        return [
          {
            code: 'SOLVER_NO_MATCH',
            path: ['spec', 'dnsNames', index],
            message,
            hint: 'add a solver without selector, or the zone to a selector',
          },
        ];
      });
