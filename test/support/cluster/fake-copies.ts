// The operator's controller of ClusterExternalSecrets: one ExternalSecret in each namespace that matches. It must never keep
// what others write on those, and hands down one annotation only.
import { CLUSTER_SYNC_ANNOTATION } from '#core/bridge/model.ts';
import type { FakeObjects, Ref, Stored } from './fake-objects.ts';

type Labels = Readonly<Record<string, string>>;

const matches = (labels: Labels, wanted: Labels = {}): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

const namespacesOf = (objects: FakeObjects, { spec }: Stored): string[] => {
  const selectors: readonly { matchLabels?: Labels }[] = spec.namespaceSelectors ?? [];
  const named: readonly string[] = spec.namespaces ?? [];
  return objects
    .list('Namespace')
    .filter(({ metadata }) => {
      const labels = { 'kubernetes.io/metadata.name': metadata.name, ...metadata.labels };
      return named.includes(metadata.name) || selectors.some(({ matchLabels }) => matches(labels, matchLabels));
    })
    .map(({ metadata }) => metadata.name as string)
    .sort();
};

const isOf = (copies: Stored, child: Stored | undefined): boolean =>
  (child?.metadata.ownerReferences ?? []).some(
    ({ kind, name }: Ref) => kind === 'ClusterExternalSecret' && name === copies.metadata.name,
  );

const childOf = (copies: Stored, namespace: string): Stored => {
  const { name, annotations = {} } = copies.metadata;
  const { externalSecretName = name, externalSecretMetadata = {}, externalSecretSpec } = copies.spec;
  const bump = annotations[CLUSTER_SYNC_ANNOTATION];
  return {
    apiVersion: copies.apiVersion,
    kind: 'ExternalSecret',
    metadata: {
      name: externalSecretName,
      namespace,
      labels: externalSecretMetadata.labels ?? {},
      annotations: {
        ...externalSecretMetadata.annotations,
        ...(bump === undefined ? {} : { [CLUSTER_SYNC_ANNOTATION]: bump }),
      },
      ownerReferences: [{ kind: 'ClusterExternalSecret', name, controller: true }],
    },
    spec: externalSecretSpec,
  };
};

const write = (objects: FakeObjects, copies: Stored, ref: Ref): void => {
  const failed: { namespace: string; reason: string }[] = [];
  const provisioned: string[] = [];
  for (const namespace of namespacesOf(objects, copies)) {
    const child = childOf(copies, namespace);
    const there = objects.get({ kind: 'ExternalSecret', namespace, name: child.metadata.name });
    if (there !== undefined && !isOf(copies, there)) {
      failed.push({ namespace, reason: 'external secret already exists in namespace' });
      continue;
    }
    objects.put(child);
    provisioned.push(namespace);
  }
  for (const child of objects.list('ExternalSecret').filter((one) => isOf(copies, one)))
    if (!provisioned.includes(child.metadata.namespace))
      objects.remove({ kind: 'ExternalSecret', namespace: child.metadata.namespace, name: child.metadata.name });
  objects.setStatus(ref, {
    provisionedNamespaces: provisioned,
    ...(failed.length === 0 ? {} : { failedNamespaces: failed }),
    conditions: [{ type: 'Ready', status: failed.length === 0 ? 'True' : 'False' }],
  });
};

/** Watches the cluster's objects, and writes at once: what takes time is the ExternalSecrets' own sync. */
export const copyInto = (objects: FakeObjects): void => {
  let writing = false;
  objects.watch((ref) => {
    if (writing || !['ClusterExternalSecret', 'Namespace', 'ExternalSecret'].includes(ref.kind)) return;
    writing = true;
    for (const copies of objects.list('ClusterExternalSecret'))
      write(objects, copies, { kind: 'ClusterExternalSecret', name: copies.metadata.name });
    writing = false;
  });
};
