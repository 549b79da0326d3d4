// Namespaces of a local cluster that wildcard copies go to: in life somebody else labels them. Pure.
import type { Catalogue, CertificateSpec } from '#core/declaration/model.ts';

export interface CopyNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

type Labels = Readonly<Record<string, string>>;

const textOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

const selectorsOf = (catalogue: Catalogue, cluster: string): readonly Labels[] => {
  const found = new Map<string, Labels>();
  for (const { certificate } of catalogue.certificates) {
    const { clusters = [], namespaceSelector } = certificate.delivery ?? {};
    if (namespaceSelector !== undefined && clusters.includes(cluster))
      found.set(textOf(namespaceSelector), namespaceSelector);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, labels]) => labels);
};

/** One for each selector of a cluster's certificates, `copies-1` and on. */
export const copyNamespaces = (catalogue: Catalogue, cluster: string): readonly CopyNamespace[] =>
  selectorsOf(catalogue, cluster).map((labels, index) => ({ name: `copies-${index + 1}`, labels }));

/** Where a certificate's Secret must be in a cluster. */
export const namespacesOf = (
  { delivery }: Pick<CertificateSpec, 'delivery'>,
  copies: readonly CopyNamespace[],
): readonly string[] => {
  if (delivery === undefined) return [];
  const { namespaceSelector: wanted, namespaces } = delivery;
  if (wanted === undefined) return namespaces;
  const matches = ({ labels }: CopyNamespace): boolean =>
    Object.entries(wanted).every(([key, value]) => labels[key] === value);
  return copies.filter(matches).map(({ name }) => name);
};
