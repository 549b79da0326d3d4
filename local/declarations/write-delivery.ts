// `spec.delivery` back into annotations. It must never know which clusters there are, but by the names that it is told.
import {
  CLUSTERS_ANNOTATION,
  NAMESPACE_SELECTOR_ANNOTATION,
  NAMESPACES_ANNOTATION,
  RELOADER_ANNOTATION,
  RESTART_ANNOTATION,
} from '#core/declaration/delivery-annotations.ts';
import type { CertificateSpec } from '#core/declaration/model.ts';

/** Where it says nothing although there are clusters, that has to be said. */
export const deliveryAnnotations = (
  { delivery, namespace }: CertificateSpec,
  clusters: readonly string[],
): Readonly<Record<string, string | undefined>> => {
  if (delivery === undefined) return clusters.length === 0 ? {} : { [CLUSTERS_ANNOTATION]: 'none' };
  const { namespaces, namespaceSelector, reloader, restart } = delivery;
  const isOwn = namespaces.length === 1 && namespaces[0] === namespace;
  const labels = namespaceSelector && Object.entries(namespaceSelector).map(([key, value]) => `${key}=${value}`);
  return {
    [CLUSTERS_ANNOTATION]: delivery.clusters.join(','),
    [NAMESPACES_ANNOTATION]: isOwn || namespaces.length === 0 ? undefined : namespaces.join(','),
    [NAMESPACE_SELECTOR_ANNOTATION]: labels?.join(','),
    [RELOADER_ANNOTATION]: reloader?.toString(),
    [RESTART_ANNOTATION]: restart?.map(({ kind, name }) => `${kind}/${name}`).join(', '),
  };
};
