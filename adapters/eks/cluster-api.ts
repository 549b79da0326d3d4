// The bridge's look into one cluster: ExternalSecrets, and the public companions of certificates. It must never read a
// Secret with a private key.
import { X509Certificate } from 'node:crypto';
import type { Held, Target } from '#core/bridge/model.ts';
import type { ClusterApi, ExternalSecretState, Place } from '#core/bridge/ports.ts';
import { EvercertError } from '#core/errors.ts';
import type { AskCluster } from './request.ts';

const GROUP = '/apis/external-secrets.io/v1';

const pathOf = ({ kind, namespace, name }: { kind: Target['kind']; namespace: string; name: string }): string =>
  kind === 'ClusterExternalSecret'
    ? `${GROUP}/clusterexternalsecrets/${encodeURIComponent(name)}`
    : `${GROUP}/namespaces/${encodeURIComponent(namespace)}/externalsecrets/${encodeURIComponent(name)}`;

const resourceOf = (kind: Target['kind']): string =>
  kind === 'ClusterExternalSecret' ? 'clusterexternalsecrets' : 'externalsecrets';

/** As far as it is read here (ESO 0.20, apis/externalsecrets/v1). */
interface WrittenSpec {
  readonly refreshPolicy?: string;
  readonly refreshInterval?: string;
  readonly secretStoreRef?: { readonly kind?: string; readonly name?: string };
  readonly target?: {
    readonly name?: string;
    readonly creationPolicy?: string;
    readonly immutable?: boolean;
    readonly template?: { readonly type?: string };
  };
  readonly data?: readonly { readonly remoteRef?: { readonly key?: string; readonly version?: string } }[];
}

interface Written {
  readonly metadata?: { readonly name?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: WrittenSpec & { readonly externalSecretSpec?: WrittenSpec };
  readonly status?: {
    readonly syncedResourceVersion?: string;
    readonly refreshTime?: string;
    readonly provisionedNamespaces?: readonly string[];
    readonly failedNamespaces?: readonly { readonly namespace?: string; readonly reason?: string }[];
    readonly conditions?: readonly {
      readonly type?: string;
      readonly status?: 'True' | 'False' | 'Unknown';
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** Which namespaces have their copy, as a ClusterExternalSecret's status names them. */
const copiesOf = ({ status }: Written): Pick<ExternalSecretState, 'provisioned' | 'failed'> => ({
  provisioned: status?.provisionedNamespaces ?? [],
  failed: (status?.failedNamespaces ?? []).map(({ namespace = '', reason = '' }) => ({ namespace, reason })),
});

const stateOf = ({ metadata, spec: written, status }: Written): ExternalSecretState => {
  const spec = written?.externalSecretSpec ?? written ?? {};
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const { target = {} } = spec;
  const versions = [...new Set((spec.data ?? []).flatMap(({ remoteRef }) => remoteRef?.version ?? []))];
  return {
    annotations: metadata?.annotations ?? {},
    refreshPolicy: spec.refreshPolicy ?? 'Periodic',
    refreshInterval: spec.refreshInterval ?? '1h',
    store: { kind: spec.secretStoreRef?.kind ?? 'SecretStore', name: spec.secretStoreRef?.name ?? '' },
    keys: [...new Set((spec.data ?? []).flatMap(({ remoteRef }) => remoteRef?.key ?? []))],
    ...(versions.length === 0 ? {} : { versions }),
    targetName: target.name ?? metadata?.name ?? '',
    creationPolicy: target.creationPolicy ?? 'Owner',
    immutable: target.immutable === true,
    ...(target.template?.type === undefined ? {} : { templateType: target.template.type }),
    ...(status?.syncedResourceVersion === undefined ? {} : { syncedResourceVersion: status.syncedResourceVersion }),
    ...(typeof status?.refreshTime === 'string' ? { refreshTime: status.refreshTime } : {}),
    ...(ready === undefined
      ? {}
      : { ready: { status: ready.status ?? 'Unknown', reason: ready.reason ?? '', message: ready.message ?? '' } }),
  };
};

const decoded = (data: Readonly<Record<string, string>>, property: string): string =>
  Buffer.from(data[property] ?? '', 'base64').toString('utf8');

/** Whatever somebody has written there: what is no certificate is none. */
const leafIn = (pem: string): X509Certificate | undefined => {
  try {
    return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem) : undefined;
  } catch {
    return undefined;
  }
};

/** From the PEM that the cluster holds, not from what was written beside it. */
const heldOf = (data: Readonly<Record<string, string>>): Held | undefined => {
  const pem = decoded(data, 'tls.crt');
  const leaf = leafIn(pem);
  if (leaf === undefined) return undefined;
  return {
    versionId: decoded(data, 'version-id'),
    fingerprint: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
    serial: leaf.serialNumber.toLowerCase(),
    notAfter: leaf.validToDate.toISOString(),
  };
};

interface WrittenEvent {
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

const MOST_WORDS = 500;

/** The newest warning about an ExternalSecret; undefined where there is none, or where our role may not read events. */
const lastErrorOf = async (ask: AskCluster, { namespace, name }: Place): Promise<string | undefined> => {
  const about = `involvedObject.kind=ExternalSecret,involvedObject.name=${name},type=Warning`;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events?limit=100&fieldSelector=${encodeURIComponent(about)}`;
  const [read] = await Promise.allSettled([ask({ method: 'GET', path, action: 'list events' })]);
  if (read.status === 'rejected') {
    if (read.reason instanceof EvercertError && read.reason.code === 'CLUSTER_FORBIDDEN') return undefined;
    throw read.reason;
  }
  const { items = [] } = (read.value ?? {}) as { readonly items?: readonly WrittenEvent[] };
  const at = (event: WrittenEvent): string => event.lastTimestamp ?? event.eventTime ?? '';
  const [newest] = items.toSorted((a, b) => (at(a) < at(b) ? 1 : -1));
  return newest?.message?.slice(0, MOST_WORDS);
};

/** Errors: CLUSTER_* as the port says. */
export const eksClusterApi = (ask: AskCluster): ClusterApi => ({
  async externalSecret(at) {
    const found = await ask({ method: 'GET', path: pathOf(at), action: `get ${resourceOf(at.kind)}` });
    if (found === undefined) return undefined;
    const state = stateOf(found as Written);
    if (at.kind === 'ClusterExternalSecret') return { ...state, ...copiesOf(found as Written) };
    if (state.ready?.status !== 'False') return state;
    const lastError = await lastErrorOf(ask, at);
    return lastError === undefined ? state : { ...state, lastError };
  },
  async annotate({ annotation, value, ...at }) {
    const patched = await ask({
      method: 'PATCH',
      path: pathOf(at),
      body: { metadata: { annotations: { [annotation]: value } } },
      type: 'application/merge-patch+json',
      action: `patch ${resourceOf(at.kind)}`,
    });
    return patched !== undefined;
  },
  async held({ namespace, name }) {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
    const found = (await ask({ method: 'GET', path, action: 'get secrets' })) as
      | { readonly data?: Readonly<Record<string, string>> }
      | undefined;
    return found?.data === undefined ? undefined : heldOf(found.data);
  },
});
