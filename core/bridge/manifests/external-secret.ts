// The ExternalSecrets of one certificate: its kubernetes.io/tls Secret and the public companion. It must never know where
// they stand: in one namespace, or in all that a ClusterExternalSecret selects.
import type { DeclaredCertificate } from '../../declaration/model.ts';
import { publicName } from '../model.ts';
import { remoteKey } from './access.ts';
import { anchorEntries, type Entry, FACTS, publicEntries, secretEntries } from './entries.ts';
import {
  CERTIFICATE_ANNOTATION,
  ESO,
  isOperatorAtLeast,
  MANAGED,
  type Manifest,
  type ManifestsInput,
  TLS,
} from './model.ts';
import { literals, placeOf } from './template.ts';

/** An ExternalSecret without its place. */
export interface Wanted {
  /** Of the ExternalSecret and of its Secret. */
  readonly name: string;
  readonly certificate: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The operator's defaults are written out: GitOps tools see a difference where a server fills one in. */
const fetched = (key: string, { property, isBase64 }: Entry, secretKey: string): object => ({
  secretKey,
  remoteRef: {
    key,
    property,
    conversionStrategy: 'Default',
    decodingStrategy: isBase64 === true ? 'Base64' : 'None',
    metadataPolicy: 'None',
  },
});

/** A Secret that outlives its ExternalSecret where the operator can (2.8); one that was deleted is made again by both. */
const creationPolicy = ({ cluster }: ManifestsInput): 'CreateOrMerge' | 'Owner' =>
  isOperatorAtLeast(cluster, 2, 8) ? 'CreateOrMerge' : 'Owner';

const specOf = (
  input: ManifestsInput,
  { name, template, data, every }: { name: string; template: object; data: readonly object[]; every?: string },
): Wanted['spec'] => {
  const { store, refreshInterval } = input.cluster;
  return {
    secretStoreRef: { kind: store.kind, name: store.name },
    refreshPolicy: 'Periodic',
    refreshInterval: every ?? refreshInterval,
    target: {
      name,
      creationPolicy: creationPolicy(input),
      deletionPolicy: 'Retain',
      template: { engineVersion: 'v2', mergePolicy: 'Replace', ...template },
    },
    data,
  };
};

const RELOADER_MATCH = { 'reloader.stakater.com/match': 'true' } as const;

const metadataOf = ({ name, certificate }: DeclaredCertificate): object => {
  const { secretTemplate, delivery } = certificate;
  const facts = Object.entries(FACTS).map(([annotation, { as }]) => [annotation, placeOf(as)]);
  return {
    labels: { ...MANAGED, ...literals(secretTemplate.labels) },
    annotations: {
      ...literals(secretTemplate.annotations),
      [CERTIFICATE_ANNOTATION]: name,
      ...Object.fromEntries(facts),
      ...(delivery?.reloader === true ? RELOADER_MATCH : {}),
    },
  };
};

/** The Secret as cert-manager would have it. */
export const mainSecret = (input: ManifestsInput, declared: DeclaredCertificate): Wanted => {
  const { secretName } = declared.certificate;
  const key = remoteKey(input, declared.name);
  const entries = secretEntries(declared);
  const data = Object.fromEntries(entries.map(({ property, as }) => [property, placeOf(as)]));
  return {
    name: secretName,
    certificate: declared.name,
    spec: specOf(input, {
      name: secretName,
      template: { type: TLS, metadata: metadataOf(declared), data },
      data: [...entries, ...Object.values(FACTS)].map((entry) => fetched(key, entry, entry.as)),
    }),
  };
};

/** An Opaque Secret with these properties as they are: without `template.data` what is fetched is copied. */
const plainSecret = (
  input: ManifestsInput,
  {
    name,
    certificate,
    entries,
    every,
  }: { name: string; certificate: string; entries: readonly Entry[]; every?: string },
): Wanted => ({
  name,
  certificate,
  spec: specOf(input, {
    name,
    template: {
      type: 'Opaque',
      metadata: { labels: MANAGED, annotations: { [CERTIFICATE_ANNOTATION]: certificate } },
    },
    data: entries.map((entry) => fetched(remoteKey(input, certificate), entry, entry.property)),
    ...(every === undefined ? {} : { every }),
  }),
});

/** By which a delivery is proven without the right to read a private key. */
export const publicSecret = (input: ManifestsInput, declared: DeclaredCertificate): Wanted =>
  plainSecret(input, {
    name: publicName(declared.certificate.secretName),
    certificate: declared.name,
    entries: publicEntries(declared),
  });

/** Nobody pushes trust anchors: a new one must have got round before the hand-over of its CA ends. */
const ANCHORS_EVERY = '1h';

/** `ca.crt` alone. */
export const anchorSecret = (input: ManifestsInput, name: string, certificate: string): Wanted =>
  plainSecret(input, { name, certificate, entries: anchorEntries, every: ANCHORS_EVERY });

export const inNamespace = ({ name, certificate, spec }: Wanted, namespace: string): Manifest => ({
  apiVersion: ESO,
  kind: 'ExternalSecret',
  metadata: { name, namespace, labels: MANAGED, annotations: { [CERTIFICATE_ANNOTATION]: certificate } },
  spec,
});

/** A copy in each namespace that has all these labels. Labels and annotations of the copies are the operator's to keep. */
export const inSelected = (
  { name, certificate, spec }: Wanted,
  matchLabels: Readonly<Record<string, string>>,
): Manifest => {
  const metadata = { labels: MANAGED, annotations: { [CERTIFICATE_ANNOTATION]: certificate } };
  return {
    apiVersion: ESO,
    kind: 'ClusterExternalSecret',
    metadata: { name, ...metadata },
    spec: {
      externalSecretName: name,
      externalSecretMetadata: metadata,
      namespaceSelectors: [{ matchLabels }],
      externalSecretSpec: spec,
    },
  };
};
